/**
 * Starts a worker thread that runs the host. Test side, or the realm of the Jest environment, which keeps spare ones.
 */
import * as path from 'node:path';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import type { ThreadData } from '../protocol/channels';
import { compiledHost, foundModules, keepCodeOf } from './code-cache';
import { ExitNotice } from './exit-notice';
import type { HostHandle } from './handle';
import { joinedChannels } from './joined-channels';

/** The host is reached by path only: nothing of the server side is loaded on the test side. */
const ENTRY = path.join(__dirname, '..', 'host', 'thread-entry.cjs');

/** The host has all three to itself (`host/logs.ts`, `host/input.ts`). Otherwise Node would make them while the thread boots. */
const OWN_STREAMS = { stdout: true, stderr: true, stdin: true } as const;

/** Makes a thread; it boots in the background and hears the first command when it has. */
export function openThread(resourceLimits?: ResourceLimits): HostHandle {
  const { near, far } = joinedChannels();
  const found = [...foundModules(ENTRY)];
  const worker = new Worker(ENTRY, {
    workerData: { ...far, compiled: compiledHost(ENTRY), found } satisfies ThreadData,
    transferList: [far.control, far.loader],
    ...OWN_STREAMS,
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
  const threadId = worker.threadId;
  keepCodeOf(worker, ENTRY);
  worker.unref();
  near.loader.unref();
  near.control.unref();
  leaveUnread(worker);

  const notice = hear(worker);
  return {
    kind: 'thread',
    number: threadId,
    channels: near,
    newlyFound: () => foundModules(ENTRY).slice(found.length),
    busyTime: () => worker.performance.eventLoopUtilization().active,
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

/**
 * What modules of `--require` and Node's own warnings print before the host has the streams comes to these, whose first piece would keep
 * this process alive: Node reads ahead for it, and refers the thread's port for as long as it reads.
 */
function leaveUnread(worker: Worker): void {
  for (const stream of [worker.stdout, worker.stderr]) stream._read = () => undefined;
}

function hear(worker: Worker): ExitNotice {
  const notice = new ExitNotice();
  let failure: unknown;
  worker.on('error', (error) => {
    failure = error;
  });
  worker.on('exit', (code) => {
    notice.settle({ code, error: failure });
  });
  return notice;
}
