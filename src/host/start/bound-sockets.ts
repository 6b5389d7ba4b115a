/**
 * Hears of datagram sockets that become servers. Server side.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:dgram';
import { begunSince } from '../../server/traffic/ledger';
import { isDatagramSocket } from '../../server/members';
import { boundSockets } from '../../server/shapes/insides';

const SOCKET_MADE = 'udp.socket';

/** Calls `heard` where a datagram socket of this thread that hears messages is bound; gives what ends that. */
export function hearOfBoundSockets(heard: (socket: Socket) => void): () => void {
  const sockets = new Set<Socket>();
  let ended = false;
  function onBound(this: Socket): void {
    forget.call(this);
    // Its code may begin to hear messages when it is bound, by a listener that is called after this one.
    void Promise.resolve().then(() => {
      if (!ended && boundSockets().includes(this)) heard(this);
    });
  }
  function forget(this: Socket): void {
    sockets.delete(this);
    this.removeListener('listening', onBound).removeListener('close', forget);
  }
  const watch = (socket: Socket): void => {
    sockets.add(socket.on('listening', onBound).on('close', forget));
  };
  const onMade = (message: unknown): void => {
    watch((message as { socket: Socket }).socket);
  };
  begunSince(0).filter(isDatagramSocket).forEach(watch);
  subscribe(SOCKET_MADE, onMade);
  return () => {
    ended = true;
    unsubscribe(SOCKET_MADE, onMade);
    for (const socket of sockets) forget.call(socket);
  };
}
