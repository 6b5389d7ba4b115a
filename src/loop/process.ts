/**
 * Starts a child process that runs the host, by way of a relay thread. Test side.
 *
 * The relay owns the child and the pipe to it. So the test side sees ports and shared memory, as with a thread, and may block on them.
 */
import * as path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { WAKE_WORDS } from '../protocol/channels';
import { decodeError, encodeError } from '../protocol/errors';
import type { HostExit, HostHandle } from './handle';
import type { RelayData, RelayReport } from './process-relay';

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

  let exit: HostExit | undefined;
  let report: RelayReport | undefined;
  const listeners: ((exit: HostExit) => void)[] = [];
  relay.on('message', (message: RelayReport) => {
    report = message;
  });
  relay.on('error', (error) => {
    report ??= { code: null, signal: null, error: encodeError(error) };
  });
  relay.on('exit', () => {
    const error = report?.error === undefined ? undefined : decodeError(report.error);
    exit = { code: report?.code ?? null, signal: report?.signal ?? undefined, error };
    for (const listener of listeners.splice(0)) listener(exit);
  });
  relay.unref();
  control.port1.unref();

  const gone = new Promise<void>((resolve) => {
    listeners.push(() => {
      resolve();
    });
  });
  return {
    kind: 'process',
    get number() {
      return Atomics.load(pid, 0);
    },
    channels: { control: control.port1, loader: loader.port1, wake },
    onExit(listener) {
      if (exit === undefined) listeners.push(listener);
      else listener(exit);
    },
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
