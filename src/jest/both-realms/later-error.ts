/**
 * Whether a server has died, and what is said of that: to who is told first, and to the tests that come after. Jest's realm, and test side.
 */
import { types } from 'node:util';
import { ServerCrashedError } from '../../errors/errors';
import type { TrackedController } from '../../controller/surroundings';
import { withoutFrames } from './without-frames';

/** Though the test may have stopped it since: what it died of is known until it is started again. */
export function hasDied({ state, error }: Pick<TrackedController, 'state' | 'error'>): boolean {
  return state === 'crashed' || (state === 'stopped' && error !== undefined);
}

/** Of one that runs again, which says that nobody has expected its crash. */
export const DOWN_UNTIL_RESTARTED = 'was down until a hook restarted it';

/** Of one that is told what a server died of: whose it is, where the error does not say so itself, as it comes as it was thrown. */
export function whoseError({ name, error }: Pick<TrackedController, 'name' | 'error'>, how = 'is down'): string[] {
  return error instanceof ServerCrashedError ? [] : [`${name} ${how}: nothing on its side caught this error.`];
}

/** Said also to those that are told first, though the server died before they began. */
export function downBefore({ name }: Pick<TrackedController, 'name'>): string {
  return `${name} was down before this test began.`;
}

/** `diedIn` is that test's name; undefined where it died in none. */
export function laterError({ name, error }: Pick<TrackedController, 'name' | 'error'>, diedIn: string | undefined): ServerCrashedError {
  const when = diedIn === undefined ? 'before this test' : `in the test "${diedIn}"`;
  const remedy = `Restart it before the next test begins, in an afterEach hook for example, or use { scope: 'test' } for a fresh one in each test`;
  return withoutFrames(new ServerCrashedError(`${name} is down: it crashed ${when}. ${remedy}.`, { cause: error, test: diedIn ?? null }));
}

/** An error as it is now: what is added to the original, such as the output of the test that failed by it, is not in this one. */
export function asItIs(error: unknown): unknown {
  if (!types.isNativeError(error)) return error;
  const same = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error) as object) as Error;
  // In later versions of V8 the stack is an accessor, which goes by the object that it was made for.
  return Object.defineProperties(same, {
    ...Object.getOwnPropertyDescriptors(error),
    stack: { value: error.stack, configurable: true, writable: true },
  });
}
