/**
 * Servers that listen in the test's own process for one test: all of them are closed after it.
 */
import { createServer, type Server } from 'node:net';
import { afterEach, jest } from '@jest/globals';
import { listenOn } from '../../src/server/adapters';
import type { RunningServer, ServerAdapter } from '../../src/server/types';
import { targetOf } from './in-process';
import type { Target } from './runners';

/** What is done after the test, the last of it first. */
export const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Makes `value` listen, as a controller would. */
export async function start(value: unknown, target?: Target, extra?: readonly ServerAdapter[]): Promise<RunningServer> {
  const running = await listenOn(value, targetOf(target), extra);
  cleanUps.push(() => running.close({ timeout: 0 }));
  return running;
}

/** A server that listens already. */
export async function listening(host = '127.0.0.1'): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  cleanUps.push(() => server.close());
  return server;
}

/** Takes the warnings of this process instead of printing them. */
export function warnings(): jest.Spied<typeof process.emitWarning> {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  cleanUps.push(() => {
    warn.mockRestore();
  });
  return warn;
}

/** A double that has every method, as those of jest-mock-extended do; it is no promise. */
export function answersToAll(target: object): object {
  return new Proxy(target, { get: (_target, name) => (name === 'then' ? undefined : () => undefined) });
}
