/**
 * Starts a child process that runs the host, by way of a relay thread. Test side.
 *
 * The relay owns the child and the pipe to it. So the test side sees ports and shared memory, as with a thread, and may block on them.
 */
import * as path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { WAKE_WORDS } from '../protocol/channels';
import { hearRelay } from './exit-notice';
import type { HostHandle } from './handle';
import type { RelayData } from './process-relay';

const RELAY = path.join(__dirname, 'process-relay.js');

export interface ProcessOptions {
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly execArgv: readonly string[];
  readonly cwd: string;
}

/** Makes a process; it boots in the background and hears the first command when it has. */
export function openProcess({ env, execArgv, cwd }: ProcessOptions): HostHandle {
  const control = new MessageChannel();
  const loader = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(WAKE_WORDS * Int32Array.BYTES_PER_ELEMENT));
  const pid = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const relay = new Worker(RELAY, {
    workerData: { control: control.port2, loader: loader.port2, wake, pid, env, execArgv: [...execArgv], cwd } satisfies RelayData,
    transferList: [control.port2, loader.port2],
    // Nothing of the user's runs in it.
    execArgv: [],
    env: {},
  });

  const notice = hearRelay(relay);
  relay.unref();
  control.port1.unref();

  const gone = new Promise<void>((resolve) => {
    notice.onExit(() => {
      resolve();
    });
  });
  return {
    kind: 'process',
    get number() {
      return Atomics.load(pid, 0);
    },
    channels: { control: control.port1, loader: loader.port1, wake },
    onExit: notice.onExit,
    ref() {
      relay.ref();
    },
    unref() {
      relay.unref();
    },
    async terminate() {
      // The relay kills, not we: it knows whether the number is still the child's.
      relay.postMessage('terminate');
      relay.ref();
      await gone;
    },
  };
}
