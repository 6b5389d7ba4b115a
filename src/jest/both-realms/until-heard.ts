/**
 * The turn in which Jest hears of promises that were rejected and that nobody has awaited. Jest's realm, and test side in a Jest test.
 */
import { soon } from '../../time/clock';

/**
 * What a stop cuts rejects, a remote call for example. Where nobody has awaited that, Node says so when this turn of the event loop is over.
 * Jest has to be listening still: then it fails the test or the file, while afterwards the whole process would end of it.
 */
export function untilHeard(): Promise<void> {
  return new Promise((resolve) => soon(resolve));
}
