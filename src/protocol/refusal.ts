/**
 * The answer to a message that cannot cross between processes, for whoever waits for one. Both sides; pure.
 */
import { RemoteError } from '../errors/errors';
import { encodeError } from './errors';
import type { CallCommand, CallbackAnswer, FromHost, ToHost } from './messages';

/** What the sender of `message` is told, and what goes across in its place; either may be nothing. */
export interface Refusal {
  readonly back?: ToHost | FromHost;
  readonly across?: ToHost | FromHost;
}

/** Calls and callbacks have somebody who waits: he gets the error. That an event is lost is said in the server's output. */
export function refuse(message: unknown, cause: unknown): Refusal {
  const reason = new RemoteError(
    'The value holds what only another thread can be given (a MessagePort, shared memory), and this server runs in another process. ' +
      'Pass plain data, or run it on a ThreadLoop.',
    { cause },
  );
  const error = encodeError(reason);
  const refused = message as ToHost | FromHost;
  switch (refused.type) {
    case 'call':
      return { back: { type: 'threw', id: refused.id, call: (refused satisfies CallCommand).call, error } };
    case 'callbackAnswer':
      return { across: { ...(refused satisfies CallbackAnswer), outcome: { ok: false, error } } };
    case 'returned':
      return { across: { type: 'threw', id: refused.id, call: refused.call, error } };
    case 'callback':
      return { back: { type: 'callbackAnswer', id: refused.id, callback: refused.callback, outcome: { ok: false, error } } };
    case 'start':
      return { back: { type: 'startFailed', id: refused.id, error } };
    case 'emitted': {
      const text = `The event '${refused.event}' did not reach the test side. ${reason.message}`;
      return { across: { type: 'logged', line: { stream: 'stderr', time: Date.now(), text, id: refused.id } } };
    }
    default:
      return {};
  }
}
