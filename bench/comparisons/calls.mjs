/** Talking to the server: remote calls, blocking calls, events. */
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { createBirpc } from 'birpc';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { createSyncFn } from 'synckit';
import { inTurns, row, single, timed, median } from '../lib/measure.mjs';
import { WebController } from '../lib/require.mjs';
import { server, startWorker } from '../lib/workers.mjs';

export const title = 'Remote calls, blocking calls, events';

const CALLS = 1000;
const EVENTS = 10_000;

/** Microseconds a call. */
async function each(call) {
  const ms = await timed(async () => {
    for (let index = 0; index < CALLS; index++) await call(index, 1);
  });
  return (ms * 1000) / CALLS;
}

function eachBlocking(call) {
  const since = performance.now();
  for (let index = 0; index < CALLS; index++) call(index, 1);
  return ((performance.now() - since) * 1000) / CALLS;
}

async function bareMessages() {
  const { worker } = await startWorker('calls.worker.cjs', { workerData: { kind: 'message-port' } });
  let answered;
  worker.on('message', (value) => answered(value));
  const call = (a, b) =>
    new Promise((resolve) => {
      answered = resolve;
      worker.postMessage([a, b]);
    });
  return { worker, call };
}

/** `kind`: whether the thread answers from its event loop (`atomics`) or blocks on the memory itself (`blocks`). */
async function bareAtomics(kind) {
  const { port1, port2 } = new MessageChannel();
  const [wake, asked] = [new Int32Array(new SharedArrayBuffer(4)), new Int32Array(new SharedArrayBuffer(4))];
  const { worker } = await startWorker('calls.worker.cjs', { workerData: { kind, port: port2, wake, asked }, transferList: [port2] });
  const call = (a, b) => {
    port1.postMessage([a, b]);
    Atomics.add(asked, 0, 1);
    Atomics.notify(asked, 0);
    for (;;) {
      const seen = Atomics.load(wake, 0);
      const received = receiveMessageOnPort(port1);
      if (received !== undefined) return received.message;
      Atomics.wait(wake, 0, seen);
    }
  };
  return { worker, call };
}

async function events(controller) {
  const text = 'x'.repeat(1024);
  let heard = 0;
  let inOrder = true;
  const all = new Promise((resolve) => {
    const listen = (index) => {
      inOrder &&= index === heard;
      heard += 1;
      if (heard < EVENTS) return;
      controller.off('line', listen);
      resolve();
    };
    controller.on('line', listen);
  });
  const ms = await timed(async () => {
    await controller.remote.emitMany(EVENTS, text);
    await all;
  });
  if (!inOrder) throw new Error('Events came out of order.');
  return ms;
}

export async function run({ rounds }) {
  const controller = await new WebController().start();
  const bare = await bareMessages();
  const blocked = await bareAtomics('atomics');
  const blocks = await bareAtomics('blocks');
  const linked = await startWorker('comlink.worker.mjs');
  const wrapped = Comlink.wrap(nodeEndpoint(linked.worker));
  const called = await startWorker('birpc.worker.mjs');
  const birpc = createBirpc({}, { post: (data) => called.worker.postMessage(data), on: (heard) => called.worker.on('message', heard) });
  const synckit = createSyncFn(server('synckit.worker.mjs'));
  synckit(1, 1);

  const calls = await inTurns(
    {
      ours: () => each((a, b) => controller.remote.add(a, b)),
      bare: () => each(bare.call),
      comlink: () => each((a, b) => wrapped.add(a, b)),
      birpc: () => each((a, b) => birpc.add(a, b)),
    },
    { rounds, warmup: 8 },
  );
  const blocking = await inTurns(
    {
      ours: async () => eachBlocking((a, b) => controller.remoteSync.add(a, b)),
      bare: async () => eachBlocking(blocked.call),
      blocks: async () => eachBlocking(blocks.call),
      synckit: async () => eachBlocking(synckit),
    },
    { rounds, warmup: 8 },
  );
  const told = await inTurns({ ours: () => events(controller) }, { rounds });
  await controller.stop();
  for (const { worker } of [bare, blocked, blocks, linked, called]) await worker.terminate();
  return [
    row('remote call', calls.ours, calls.bare, { than: 'bare MessagePort round trip', unit: 'µs', limit: 2 }),
    row('remote call', calls.ours, calls.comlink, { than: 'comlink', unit: 'µs' }),
    row('remote call', calls.ours, calls.birpc, { than: 'birpc', unit: 'µs' }),
    row('blocking call', blocking.ours, blocking.bare, { than: 'bare Atomics round trip', unit: 'µs', limit: 2 }),
    row('blocking call', blocking.ours, blocking.blocks, { than: 'the same, with a thread that only blocks', unit: 'µs', limit: 2 }),
    row('blocking call', blocking.ours, blocking.synckit, { than: 'synckit', unit: 'µs' }),
    single('10,000 events of 1 kB, in order', median(told.ours), { most: 1000 }),
  ];
}
