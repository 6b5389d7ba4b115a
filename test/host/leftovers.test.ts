import { expect, test } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
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
