/** Starts the answering worker and joins it to `RemoteCalls`, as a link does. */
import { afterAll, beforeAll } from '@jest/globals';
import * as path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { WAKE_TEST_SIDE, WAKE_WORDS } from '../../src/protocol/channels';
import type { FromHost } from '../../src/protocol/messages';
import { RemoteCalls } from '../../src/remote/calls';
import { createRemote, createRemoteSync } from '../../src/remote/proxy';
import type { Remote, RemoteSync } from '../../src/remote/types';
import { now } from '../../src/time/clock';
import type { Server } from 'node:net';
import type { Subject } from '../fixtures/remote/subjects';

export interface AnsweringThread {
  readonly worker: Worker;
  readonly calls: RemoteCalls;
  readonly remote: Remote<Subject>;
  readonly remoteSync: RemoteSync<Subject>;
  readonly server: Remote<Server>;
  readonly received: FromHost[];
}

export function startAnsweringThread(syncTimeout = 5000): AnsweringThread {
  const control = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(WAKE_WORDS * 4));
  const loader = new MessageChannel();
  const worker = new Worker(path.join(__dirname, '../fixtures/remote/answering-worker.cjs'), {
    workerData: { control: control.port2, loader: loader.port2, wake },
    transferList: [control.port2, loader.port2],
    execArgv: [],
  });
  const received: FromHost[] = [];
  const receive = (message: FromHost): void => {
    received.push(message);
    calls.receive(message);
  };
  const calls = new RemoteCalls({
    id: 1,
    name: 'Subject',
    syncTimeout,
    post: (message, transfer = []) => {
      control.port1.postMessage(message, transfer);
    },
    wait(until, deadline) {
      for (;;) {
        const seen = Atomics.load(wake, WAKE_TEST_SIDE);
        for (let got = receiveMessageOnPort(control.port1); got !== undefined; got = receiveMessageOnPort(control.port1)) {
          receive(got.message as FromHost);
        }
        if (until()) return true;
        const left = deadline() - now();
        if (left <= 0) return false;
        Atomics.wait(wake, WAKE_TEST_SIDE, seen, left);
      }
    },
  });
  control.port1.on('message', receive);
  control.port1.unref();
  return {
    worker,
    calls,
    remote: createRemote(calls, 'controller') as Remote<Subject>,
    remoteSync: createRemoteSync(calls, 'controller') as RemoteSync<Subject>,
    server: createRemote(calls, 'server') as Remote<Server>,
    received,
  };
}

/** One for the whole file: `take` gets it when it has answered. */
export function answeringThreadForAll(take: (thread: AnsweringThread) => void): void {
  let made: AnsweringThread | undefined;
  beforeAll(async () => {
    made = startAnsweringThread();
    await made.remote.add();
    take(made);
  });
  afterAll(async () => {
    await made?.worker.terminate();
  });
}
