/**
 * WebSocket clients: ws and socket.io-client.
 */
import { once } from 'node:events';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { Talk } from '../describe-server';
import { portOf } from '../describe-server';
import type { Running } from '../runners';

async function openWebSocket(to: Running): Promise<WebSocket> {
  const socket = new WebSocket((to.url ?? '').replace(/^http/, 'ws'));
  await once(socket, 'open');
  socket.on('error', () => undefined);
  socket.send('hello');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  if (answer.toString() !== 'hello') throw new Error(`Expected "hello", got "${answer.toString()}".`);
  return socket;
}

export const talkWebSocket: Talk = {
  once: async (to) => {
    const socket = await openWebSocket(to);
    socket.close();
    await once(socket, 'close');
  },
  open: async (to) => {
    const socket = await openWebSocket(to);
    return {
      drop: () => {
        socket.terminate();
      },
    };
  },
};

async function ask(socket: Socket): Promise<void> {
  const answer: unknown = await socket.timeout(60_000).emitWithAck('ask', 'hello');
  if (answer !== 'hello') throw new Error(`Expected "hello", got ${String(answer)}.`);
}

function connectSocketIo(to: Running, reconnection: boolean): Socket {
  return io(`http://127.0.0.1:${portOf(to).toString()}`, { reconnection, reconnectionDelay: 5, reconnectionDelayMax: 10, forceNew: true });
}

export const talkSocketIo: Talk = {
  once: async (to) => {
    const socket = connectSocketIo(to, false);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.on('connect', resolve).on('connect_error', reject);
      });
      await ask(socket);
    } finally {
      socket.disconnect();
    }
  },
  open: async (to) => {
    const socket = connectSocketIo(to, true);
    await ask(socket);
    return {
      again: () => ask(socket),
      drop: () => {
        socket.disconnect();
      },
    };
  },
};
