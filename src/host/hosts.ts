/**
 * The hosts of a worker thread and of a child process: what their entries run, joined into one file by the build. Server side.
 */
import { parentPort, threadId } from 'node:worker_threads';
import type { Channels, FoundModulesMessage, ThreadData } from '../protocol/channels';
import type { Lineage } from './loading/heritage';
import { runHost } from './host';
import { FoundModules } from './loading/found-modules';

/** Runs the host on this thread; `ranThrough` is called when its first server listens and when it has stopped. */
export function runThread({ found, ...channels }: Omit<ThreadData, 'compiled'>, ranThrough: () => void): void {
  const modules = new FoundModules();
  modules.add(found);
  const lineage: Lineage = {
    found: modules,
    ranThrough,
    handOn(batch) {
      parentPort?.postMessage({ foundModules: batch } satisfies FoundModulesMessage);
    },
  };
  runHost(channels, { kind: 'thread', number: threadId }, lineage);
}

/** Runs the host on this process's main thread. */
export function runProcess(channels: Channels): void {
  runHost(channels, { kind: 'process', number: process.pid });
}
