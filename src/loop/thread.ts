/**
 * Starts a worker thread that runs the host. Test side, or the realm of the Jest environment, which keeps spare ones.
 */
import * as path from 'node:path';
import { MessageChannel, Worker, type ResourceLimits, type WorkerOptions } from 'node:worker_threads';
import { WAKE_WORDS, type ThreadData } from '../protocol/channels';
import { codeCacheOf, foundModules, keepCodeOf } from './code-cache';
import { ExitNotice } from './exit-notice';
import type { HostHandle } from './handle';

/** The host is reached by path only: nothing of the server side is loaded on the test side. */
const ENTRY = path.join(__dirname, '..', 'host', 'thread-entry.cjs');

/** Makes a thread; it boots in the background and hears the first command when it has. */
export function openThread(resourceLimits?: ResourceLimits): HostHandle {
  const control = new MessageChannel();
  const loader = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(WAKE_WORDS * Int32Array.BYTES_PER_ELEMENT));
  const found = [...foundModules()];
  const options: WorkerOptions = {
    workerData: { control: control.port2, loader: loader.port2, wake, codeCache: codeCacheOf(ENTRY), found } satisfies ThreadData,
    transferList: [control.port2, loader.port2],
    // The host has all three to itself (`host/logs.ts`, `host/input.ts`). Otherwise Node would make them while the thread boots.
    stdout: true,
    stderr: true,
    stdin: true,
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  };
  const worker = new Worker(ENTRY, options);
  const threadId = worker.threadId;
  keepCodeOf(worker, ENTRY);
  worker.unref();
  loader.port1.unref();
  control.port1.unref();

  const notice = new ExitNotice();
  let failure: unknown;
  worker.on('error', (error) => {
    failure = error;
  });
  worker.on('exit', (code) => {
    notice.settle({ code, error: failure });
  });

  return {
    kind: 'thread',
    number: threadId,
    channels: { control: control.port1, loader: loader.port1, wake },
    newlyFound: () => foundModules().slice(found.length),
    onExit: notice.onExit,
    ref() {
      worker.ref();
    },
    unref() {
      worker.unref();
    },
    async terminate() {
      await worker.terminate();
    },
  };
}
