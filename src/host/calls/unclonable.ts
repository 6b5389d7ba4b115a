/**
 * What the server's code sends to the test by itself, and what it hears where that cannot cross. Server side.
 *
 * The error goes to whoever made the call, which is often a framework's handler: it answers with a 500 and keeps the reason to itself.
 * So the reason is a warning in the server's output too, which a failing test shows.
 */
import { reword } from '../../errors/reword';
import { behind } from '../../protocol/function-name';
import { encode, UnclonableError, type Encoded } from '../../protocol/values';

/** Libraries hand such a function to their listeners, to be called with the answer. */
const CALLBACK = "Call it beside the server with what the test's function returns, as in `async (query, done) => done(await ask(query))`.";

/** Libraries hand their listeners requests and sockets. */
const LISTENER = 'Call it beside the server with the parts that the test wants, as in `(request) => seen(request.url)`.';

/**
 * The arguments of an event for the test side.
 * @throws {UnclonableError} naming the event and the place in its arguments
 */
export function encodeEvent(event: string, args: readonly unknown[]): Encoded {
  try {
    return encode(args, undefined, '');
  } catch (error) {
    if (!(error instanceof UnclonableError)) throw error;
    const [, index = '', rest = ''] = /^\[(\d+)\](.*)$/s.exec(error.path) ?? [];
    const path = `emit('${event}') argument ${(Number(index) + 1).toString()}${rest === '' ? '' : ` ${rest}`}`;
    throw warnedOf(new UnclonableError(path, error.what, error.cause === undefined ? undefined : { cause: error.cause }));
  }
}

/**
 * The arguments of a call to the function of the test's that is called `name`, or nothing.
 * @throws {UnclonableError} naming the place in them
 */
export function encodeOwnCall(name: string, args: readonly unknown[]): Encoded {
  try {
    return encode(args, undefined, 'arguments');
  } catch (error) {
    // Where nothing awaits the call, the error is all that is seen of it: as the crash of the server.
    if (error instanceof UnclonableError) {
      reword(error, `The test's function${behind(' ', name)} was not called. ${error.message}${whereToCall(error, args)}`);
    }
    throw warnedOf(error);
  }
}

/** How it can be called, where what cannot cross is an argument as a whole, or in an object of a class: that is mostly of the library that calls a listener. */
function whereToCall({ path, what }: UnclonableError, args: readonly unknown[]): string {
  const [, index = '', rest = ''] = /^arguments\[(\d+)\](.*)$/s.exec(path) ?? [];
  if (rest !== '') return isInstance(args[Number(index)]) ? ` ${LISTENER}` : '';
  if (what === 'a function') return ` ${CALLBACK}`;
  return /^an? [A-Z]/.test(what) ? ` ${LISTENER}` : '';
}

function isInstance(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype;
}

/** The error itself, of which the server's output has been told, if it is about a value that cannot cross. */
export function warnedOf<Thrown>(error: Thrown): Thrown {
  if (error instanceof UnclonableError) process.emitWarning(error.message);
  return error;
}
