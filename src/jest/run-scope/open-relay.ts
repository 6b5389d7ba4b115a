/**
 * Opens the way to the process that holds a server for the whole run, as the handle of a host. Test side.
 *
 * A thread owns the socket, so that the test's own thread sees ports and shared memory, as with any host, and may block on them.
 */
import * as path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { hearRelay } from '../../loop/exit-notice';
import type { HostHandle } from '../../loop/handle';
import { WAKE_WORDS } from '../../protocol/channels';
import type { RelayData } from './relay';

const RELAY = path.join(__dirname, 'relay.js');

export function openRelay(options: Pick<RelayData, 'task' | 'greeting' | 'env' | 'execArgv'>): HostHandle {
  const control = new MessageChannel();
  const loader = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(WAKE_WORDS * Int32Array.BYTES_PER_ELEMENT));
  const pid = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const relay = new Worker(RELAY, {
    workerData: { ...options, control: control.port2, wake, pid } satisfies RelayData,
    transferList: [control.port2],
    execArgv: [],
    env: {},
  });
  const notice = hearRelay(relay);
  notice.onExit(() => {
    loader.port2.close();
  });
  relay.unref();
  control.port1.unref();
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
      // The server is not this file's to end.
      await relay.terminate();
    },
  };
}
