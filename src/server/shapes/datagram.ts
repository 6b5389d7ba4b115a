/**
 * Datagram sockets: they bind, and have no connections. Server side.
 */
import type { Socket } from 'node:dgram';
import type { ListenTarget } from '../../protocol/messages';
import { addressOf } from '../address';
import { claim } from '../traffic/ledger';
import { closeDatagram, untilListening } from '../settle';
import type { Listening } from '../types';

/** Binds `socket`, unless it is bound. */
export async function listenDatagram(socket: Socket, target: ListenTarget): Promise<Listening> {
  const { hostname, port } = target;
  claim(socket);
  let adopted = addressOf(socket) !== null;
  if (!adopted) {
    await untilListening([socket], () => {
      try {
        if (hostname === undefined) socket.bind(port);
        else socket.bind(port, hostname);
      } catch (error) {
        // Bound, but its name is still being looked up: its own event comes.
        if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_ALREADY_BOUND') throw error;
        adopted = true;
      }
    });
  }
  return { servers: [], scheme: 'udp', adopted, close: () => closeDatagram(socket) };
}
