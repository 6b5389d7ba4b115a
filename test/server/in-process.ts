/**
 * Runs a server in the test's own process: quick, and its insides can be looked at.
 */
import { setImmediate } from 'node:timers/promises';
import { listenOn } from '../../src/server/adapters';
import type { ServerAdapter } from '../../src/server/types';
import type { ListenTarget } from '../../src/protocol/messages';
import type { RunningServer } from '../../src/server/types';
import { STOP_TIMEOUT } from '../limits';
import type { Runner, Target } from './runners';

/** As a controller would ask, with nothing given but `target`. */
export function targetOf({ hostname = '127.0.0.1', port = 0, path }: Target = {}): ListenTarget {
  return { hostname: path === undefined ? hostname : undefined, port, path, given: { hostname: false, port: port !== 0 } };
}

/** Listens with whatever `value` is. */
export function listen(value: unknown, target: Target = {}, extra: readonly ServerAdapter[] = []): Promise<RunningServer> {
  return listenOn(value, targetOf(target), extra);
}

export const inProcess: Runner = {
  name: 'in this process',
  isolates: false,
  async start(fixture, target) {
    const { default: make } = require(`../fixtures/servers/${fixture}`) as { default: () => unknown };
    const made = isListener(fixture) ? make : make();
    if (target?.fails === true) {
      await made;
      throw new Error('The factory failed.');
    }
    const running = await listen(made, target);
    return {
      address: running.address,
      url: running.url,
      stop: () => running.close({ timeout: target?.stopTimeout ?? STOP_TIMEOUT }),
    };
  },
  alive: async () => {
    // Handles are given back some turns after they are closed.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    return process.getActiveResourcesInfo().filter((name) => /TCPServer|PipeServer|UDP/.test(name));
  },
};

/** The one fixture whose export is the server itself. */
function isListener(fixture: string): boolean {
  return fixture === 'listener';
}
