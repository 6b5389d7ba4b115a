/**
 * Waits for a server whose start factory() has begun and not awaited, where what it gave can only be what ends it. Server side; loaded for such.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:dgram';
import type { ControllerId } from '../protocol/messages';
import { begunSince } from '../server/ledger';
import { answersToAll, isDatagramSocket, isThenable, takesNothing } from '../server/members';
import { UNAWAITED_GRACE } from '../server/shapes/first-sign';
import { boundSockets, hasStarted } from '../server/shapes/insides';
import { endOf } from '../server/shapes/lifecycles';
import { within } from '../time/within';
import { ownerOfThis } from './owner';

const BEGUN = 'tracing:net.server.listen:asyncStart';
const SOCKET_MADE = 'udp.socket';

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
  const sockets = new Set<Socket>();
  const onBound = (): void => {
    if (boundSockets().length > 0) heard();
  };
  const watch = (socket: Socket): void => {
    sockets.add(socket.once('listening', onBound));
  };
  const onMade = (message: unknown): void => {
    watch((message as { socket: Socket }).socket);
  };
  begunSince(0).filter(isDatagramSocket).forEach(watch);
  subscribe(BEGUN, heard);
  subscribe(SOCKET_MADE, onMade);
  return () => {
    unsubscribe(BEGUN, heard);
    unsubscribe(SOCKET_MADE, onMade);
    for (const socket of sockets) socket.removeListener('listening', onBound);
  };
}

function isCloser(value: unknown): boolean {
  return typeof value === 'object' && !isThenable(value) && !answersToAll(value) && endOf(value) !== undefined;
}
