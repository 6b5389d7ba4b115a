/**
 * Errors that a report prints without frames. Jest's realm, test side, and the holder's process.
 */
import { isFrame } from '../../errors/frames';

/** The error without its frames: they are this package's own or a timer's, and Jest would show the code around the first. */
export function withoutFrames<Raised extends Error>(error: Raised): Raised {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/**
 * An error that fails a whole file, whose message Jest prints once. Where no frame has a place it would take the first line for all of the
 * message, and print the rest again as the stack. Of the frame that is added it shows nothing.
 */
export function withEndOfMessage(error: unknown): unknown {
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (typeof stack !== 'string' || stack.split('\n').some((line) => isFrame(line) && /:\d+:\d+\)?$/.test(line))) return error;
  // A frozen error stays as it is.
  Reflect.set(error as object, 'stack', `${stack}\n    at <anonymous> (configuration:1:1)`);
  return error;
}
