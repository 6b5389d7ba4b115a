/**
 * Lets native addons finish before their thread ends: work that is under way in one by then ends all of the process. Server side.
 */
import type { MessagePort } from 'node:worker_threads';
import { inBackground } from '../../time/clock';
import { letGo } from './leftovers';

/**
 * Resolves when nothing is under way in this thread any more, or `limit` milliseconds have passed; at once where no addon is loaded. Nothing tells
 * of such work but that the event loop does not end by itself, so all else is let go, what was left and the host's own port.
 */
export function untilAddonsAreDone(port: MessagePort, limit: number): Promise<void> {
  if (limit <= 0 || !Object.keys(require.cache).some((file) => file.endsWith('.node'))) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      process.removeListener('beforeExit', done);
      port.ref();
      resolve();
    };
    process.once('beforeExit', done);
    inBackground(limit, done);
    letGo();
    port.unref();
  });
}
