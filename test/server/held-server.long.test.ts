import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { start } from './adapted';

// It gets two seconds to begin.
test('what starts without a promise, and does not make the server listen that it holds, is reached there', async () => {
  const server = createServer();
  const running = await start({ server, start: () => undefined, close: () => server.close() });
  expect(running.address).toEqual(server.address());
  expect(running.address).not.toBeNull();
});
