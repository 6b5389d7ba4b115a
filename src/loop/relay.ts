/**
 * The handle of a process that a relay thread stands for. Test side.
 *
 * The relay owns the way to the process. So the test side sees ports and shared memory, as with a thread, and may block on them.
 */
import { Worker } from 'node:worker_threads';
import type { Channels } from '../protocol/channels';
import { decodeError, encodeError } from '../protocol/errors';
import type { EncodedError } from '../protocol/values';
import { ExitNotice } from './exit-notice';
import type { HostHandle } from './handle';
import { joinedChannels } from './joined-channels';

/** What each relay has of the test side. */
export interface RelayEnds extends Channels {
  /** Where the process's number goes. */
  readonly pid: Int32Array;
}

/** What a relay says last of the process that it stands for. */
export interface LastReport {
  readonly code: number | null;
  readonly signal?: string | null;
  readonly error?: EncodedError | undefined;
}

/** A thread that runs a relay's script. */
export interface Relay {
  readonly script: string;
  /** What it has beside its ends. */
  readonly data: object;
  /** What is special to the handle. */
  readonly traits?: Pick<HostHandle, 'keepsLimits' | 'endGrace'>;
  /** Ends what it stands for; `gone` resolves when its thread has ended. */
  terminate(thread: Worker, gone: Promise<void>): Promise<unknown>;
}

/** Starts the thread; the process boots in the background and hears the first command when it has. */
export function startRelay({ script, data, traits, terminate }: Relay): HostHandle {
  const { near, far } = joinedChannels();
  const pid = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(script, {
    workerData: { ...data, ...far, pid },
    transferList: [far.control, far.loader],
    // Nothing of the user's runs in it.
    execArgv: [],
    env: {},
  });
  const notice = hear(thread);
  thread.unref();
  near.control.unref();
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
    ...traits,
    channels: near,
    onExit: notice.onExit,
    ref() {
      thread.ref();
    },
    unref() {
      thread.unref();
    },
    async terminate() {
      await terminate(thread, gone);
    },
  };
}

/** Hears how the process behind a relay went; if the relay itself failed, then of that. */
function hear(thread: Worker): ExitNotice {
  const notice = new ExitNotice();
  let report: LastReport | undefined;
  thread.on('message', (message: LastReport) => {
    report = message;
  });
  thread.on('error', (error) => {
    report ??= { code: null, error: encodeError(error) };
  });
  thread.on('exit', () => {
    const error = report?.error === undefined ? undefined : decodeError(report.error);
    notice.settle({ code: report?.code ?? null, signal: report?.signal ?? undefined, error });
  });
  return notice;
}
