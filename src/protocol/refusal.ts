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

/** Calls and callbacks have somebody who waits: he gets the error. */
export function refuse(message: unknown, cause: unknown): Refusal {
  const error = encodeError(
    new RemoteError(
      'The value holds what only another thread can be given (a MessagePort, shared memory), and this server runs in another process. ' +
        'Pass plain data, or run it on a ThreadLoop.',
      { cause },
    ),
  );
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
    default:
      return {};
  }
}
