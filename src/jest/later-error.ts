/**
 * What the tests are told that come after the one in which a server died. Jest's realm, and test side.
 */
import { ServerCrashedError } from '../errors/errors';
import type { TrackedController } from '../controller/surroundings';
import { withoutFrames } from './without-frames';

/** `diedIn` is that test's name; undefined where it died in none. */
export function laterError({ name, error }: TrackedController, diedIn: string | undefined): ServerCrashedError {
  const when = diedIn === undefined ? 'before this test' : `in the test "${diedIn}"`;
  return withoutFrames(
    new ServerCrashedError(`${name} is down: it crashed ${when}. Restart it, or use { scope: 'test' } for a fresh one in each test.`, {
      cause: error,
      test: diedIn ?? null,
    }),
  );
}
