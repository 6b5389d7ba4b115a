/**
 * What is said of a close that did not come to an end in its time. Server side.
 */
import { StoppedError } from '../errors/errors';
import { formatMs } from '../time/clock';

const LONGER = 'if it needs longer, raise the option `stopTimeout`.';

/** The hook of a controller's class. `timeout` is in milliseconds. */
export function unsettledHook(name: string, timeout: number): StoppedError {
  const after = `had not settled after ${formatMs(timeout)}, so its server was closed without it`;
  return withoutFrames(new StoppedError(`The close() hook of ${name} ${after}. Look for what it waits for; ${LONGER}`));
}

/** What the server's shape has for a close. `timeout` is in milliseconds. */
export function unsettledClose(timeout: number): StoppedError {
  const after = `had not settled after ${formatMs(timeout)}, with no connection left to wait for`;
  return withoutFrames(
    new StoppedError(
      `The server's own close ${after}. Look for a hook of it that never ends, or a callback that it does not call; ${LONGER}`,
    ),
  );
}

/** They would be those of a timer. */
function withoutFrames(error: StoppedError): StoppedError {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
