/**
 * Clients of echoing sockets: tcp, tls and udp.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { Talk } from '../describe-server';
import { portOf } from '../describe-server';
import type { Running } from '../runners';

async function echo(socket: net.Socket): Promise<void> {
  socket.write('hello');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (answer.toString() !== 'hello') throw new Error(`Expected "hello", got "${answer.toString()}".`);
}

function talkBy(connect: (to: Running) => net.Socket, ready: string): Talk {
  const open = async (to: Running): Promise<net.Socket> => {
    const socket = connect(to);
    await once(socket, ready);
    socket.on('error', () => undefined);
    await echo(socket);
    return socket;
  };
  return {
    once: async (to) => {
      (await open(to)).destroy();
    },
    open: async (to) => {
      const socket = await open(to);
      return { drop: () => socket.destroy() };
    },
  };
}

export const talkTcp = talkBy((to) => net.connect(portOf(to), '127.0.0.1'), 'connect');
export const talkTls = talkBy((to) => tls.connect({ port: portOf(to), host: '127.0.0.1', rejectUnauthorized: false }), 'secureConnect');

/** Milliseconds that an answer to a datagram may take. */
const ANSWER_TIMEOUT = 30_000;

export function talkUdp(type: 'udp4' | 'udp6'): Talk {
  return {
    once: async (to) => {
      const socket = createSocket(type);
      try {
        // Connected, so that a port that nobody listens on is told of.
        socket.connect(portOf(to), type === 'udp4' ? '127.0.0.1' : '::1');
        await once(socket, 'connect');
        socket.send('hello');
        // A freed port may have become somebody else's, who answers nothing: to this client as good as nobody.
        await once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
      } finally {
        socket.close();
      }
    },
  };
}
