/**
 * Waits for a server whose start factory() has begun and not awaited, where what it gave can only be what ends it. Server side; loaded for such.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ControllerId } from '../../protocol/messages';
import { answersToAll, isThenable, takesNothing } from '../../server/members';
import { UNAWAITED_GRACE } from '../../server/shapes/first-sign';
import { hasStarted } from '../../server/shapes/insides';
import { endOf } from '../../server/shapes/lifecycles';
import { within } from '../../time/within';
import { hearOfBoundSockets } from './bound-sockets';
import { ownerOfThis } from '../owner';

const BEGUN = 'tracing:net.server.listen:asyncStart';

/**
 * Resolves when a server of the controller `id` begins to listen, or a datagram socket of it is bound, or will not within `limit` ms; at once where
 * `value` does not end one.
 */
export async function untilUnawaitedStart(value: unknown, id: ControllerId, limit: number): Promise<void> {
  if (hasStarted() || !(takesNothing(value) || isCloser(value))) return;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const stop = hearOfStarts(() => {
    if (ownerOfThis() === id) begin();
  });
  await within(Math.min(limit, UNAWAITED_GRACE), begun);
  stop();
}

/** Calls `heard` where a server of this thread begins to listen, or a datagram socket that hears messages is bound; gives what ends that. */
function hearOfStarts(heard: () => void): () => void {
  const end = hearOfBoundSockets(heard);
  subscribe(BEGUN, heard);
  return () => {
    unsubscribe(BEGUN, heard);
    end();
  };
}

function isCloser(value: unknown): boolean {
  return typeof value === 'object' && !isThenable(value) && !answersToAll(value) && endOf(value) !== undefined;
}
