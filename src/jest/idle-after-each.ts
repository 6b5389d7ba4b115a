/**
 * `testEnvironmentOptions.idleAfterEach`: no request of one test runs on into the next. Jest's realm.
 */
import type { TrackedController } from '../controller/surroundings';
import { unexpected } from '../errors/unexpected';
import { LONGEST_DELAY } from '../time/clock';
import { withoutFrames } from './both-realms/without-frames';

/** Milliseconds that `true` stands for. */
const DEFAULT = 1000;

/**
 * Reads the option: `true` for a second, or milliseconds; undefined where it is off, as it is by default.
 * @throws {InvalidOptionError} for anything else
 */
export function readIdleAfterEach(options: Readonly<Record<string, unknown>>): number | undefined {
  const value = options['idleAfterEach'];
  if (value === undefined || value === false) return undefined;
  if (value === true) return DEFAULT;
  if (typeof value === 'number' && value > 0 && value <= LONGEST_DELAY) return value;
  throw unexpected('testEnvironmentOptions.idleAfterEach', 'true, false or a positive number of milliseconds', value);
}

/** Waits until no running server has a request in flight; gives the errors that name those which still have. */
export async function awaitIdle(controllers: readonly TrackedController[], timeout: number): Promise<Error[]> {
  const running = controllers.filter(({ state }) => state === 'running');
  const outcomes = await Promise.allSettled(running.map((controller) => controller.idle(timeout)));
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [withoutFrames(outcome.reason as Error)] : []));
}
