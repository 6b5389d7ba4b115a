import { expect, test } from '@jest/globals';
import makeFastify, { closed } from '../fixtures/servers/fastify';
import { listen } from './in-process';

test('the onClose hooks of Fastify run', async () => {
  const running = await listen(makeFastify());
  closed.length = 0;
  await running.close({ timeout: 1000 });
  expect(closed).toEqual(['plugin']);
});

test('Fastify itself is what the user sees as the server', async () => {
  const app = makeFastify();
  const running = await listen(app);
  expect(running.server).toBe(app);
  await running.close({ timeout: 1000 });
});

test('a server for DNS is given its two addresses', async () => {
  const calls: unknown[] = [];
  const dns = { listen: (options: unknown) => Promise.resolve(calls.push(options)), addresses: () => ({}), close: () => Promise.resolve() };
  const running = await listen(dns);
  const where = { port: 0, address: '127.0.0.1' };
  expect(calls).toEqual([{ udp: where, tcp: where }]);
  await running.close({ timeout: 100 });
});
