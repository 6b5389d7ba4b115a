import { expect, test } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { leftovers } from '../../src/host/leftovers/leftovers';

test('a datagram socket is found without a look at what Node warns of', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const looks: string[] = [];
  Object.defineProperty(socket, '_handle', { get: () => looks.push('_handle') });
  const { handles } = await leftovers(0, { ends: false });
  socket.close();
  expect(handles.map(({ type }) => type)).toContain('Socket');
  expect(looks).toStrictEqual([]);
});

test('what does not come to its end in its time is left with the listeners that it had, for a loop that lives on asks it at each stop', async () => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').end();
  const [[peer]] = await Promise.all([once(server, 'connection'), once(socket, 'finish')]);
  try {
    const before = socket.listenerCount('close');
    const { handles } = await leftovers(1, { ends: false });
    expect(handles.map(({ type }) => type)).toContain('Socket');
    expect(socket.listenerCount('close')).toBe(before);
  } finally {
    socket.destroy();
    (peer as typeof socket).destroy();
    server.close();
  }
});
