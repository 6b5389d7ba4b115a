/**
 * A controller beside its server, as it leaves its loop.
 */
import { createSocket } from 'node:dgram';
import { expect, jest, test } from '@jest/globals';
import { Resident } from '../../src/host/resident';
import type { StartCommand } from '../../src/protocol/messages';
import { encode } from '../../src/protocol/values';

test.each([
  ['ends', false, 1],
  ['lives on', true, 0],
] as const)('waits for native addons, which is to let go of all else, according to whether its loop %s', async (_loop, kept, times) => {
  const untilAddonsAreDone = jest.fn(() => Promise.resolve());
  const host = {
    post: () => undefined,
    loader: {} as never,
    identity: { kind: 'thread', number: 1 } as const,
    hasFakeClock: () => false,
    untilAddonsAreDone,
  };
  const resident = new Resident({ type: 'start', id: 1 } as StartCommand, host);
  await resident.stop({ timeout: 1000, kept, isLast: () => true });
  expect(untilAddonsAreDone).toHaveBeenCalledTimes(times);
});

/** Who watches for servers listens to each socket that is made. */
function listenersOfASocket(): number {
  const socket = createSocket('udp4');
  const count = socket.listenerCount('listening');
  socket.close();
  return count;
}

test('a start that ends after the stop which has cut it leaves no watch of what its code makes listen', async () => {
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const started = jest.fn(() => finished);
  const host = {
    post: () => undefined,
    loader: { load: () => Promise.resolve({ default: { start: started, stop: () => undefined } }) } as never,
    identity: { kind: 'thread', number: 1 } as const,
    hasFakeClock: () => false,
    untilAddonsAreDone: () => Promise.resolve(),
  };
  const command: StartCommand = {
    type: 'start',
    id: 2,
    target: { file: '/project/app.js', form: 'module' },
    listen: { hostname: '127.0.0.1', port: 0, path: undefined, given: { hostname: false, port: false } },
    options: { readyTimeout: 5000, loadTimeout: 5000, stopTimeout: 1000 },
    data: encode(undefined),
    watchErrors: false,
  };
  const resident = new Resident(command, host);
  const before = listenersOfASocket();
  const starting = resident.start();
  while (started.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await resident.stop({ timeout: 0, kept: true, isLast: () => false });
  finish();
  expect(await starting).toBeUndefined();
  expect(listenersOfASocket()).toBe(before);
});
