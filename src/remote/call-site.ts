/**
 * Where in the test a remote call was made, for the stacks of errors that come back. Test side.
 */
import { captureStack, isFrame, readableStack, stackOf } from '../errors/frames';

/** A place in the user's code; its stack is a text only when it is asked for. */
export interface CallSite {
  readonly stack?: string | undefined;
}

/** Two or three of them are this package's own. */
const SITE_FRAMES = 6;

/**
 * Where the user called. A few frames are enough, and cost less than the hundred that Jest asks for.
 * @param ours the frames of this function and of those that it called are left out
 */
export function captureCallSite(ours: (...args: never[]) => unknown = captureCallSite): CallSite {
  return captureStack(SITE_FRAMES, ours);
}

/** The user's server code comes first in the stack, the line of the test that called it after. */
export function withCallSite(error: Error, site: CallSite): Error {
  error.stack = [stackOf(error) ?? String(error), ...framesOf(site)].join('\n');
  return error;
}

/**
 * The user's frames of a call site, a line each; `at async Promise.all (index 0)` says nothing of where, and as the first it would be
 * shown as part of the message.
 */
export function framesOf(site: CallSite): readonly string[] {
  return readableStack(site.stack ?? '')
    .split('\n')
    .filter((line) => isFrame(line) && !/\(index \d+\)$/.test(line));
}
