/** Requests to a server beside the test, against one inside it. */
import { Agent, get } from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { inTurns, row, timed } from '../lib/measure.mjs';
import { makeServer, WebController } from '../lib/require.mjs';
import { startWorker } from '../lib/workers.mjs';

export const title = 'Requests';

const supertest = createRequire(import.meta.url)('supertest');
const agent = new Agent({ keepAlive: true });

async function ask(port, headers = {}) {
  const [response] = await once(get({ port, host: '127.0.0.1', agent, headers }), 'response');
  response.resume();
  await once(response, 'end');
}

function work(ms) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Each answer costs the server 1 ms, and the test 1 ms to look at. */
async function busy(port, requests, abreast) {
  let left = requests;
  const client = async () => {
    while (left-- > 0) {
      await ask(port, { 'x-spin': '1' });
      work(1);
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: abreast }, client)));
  return (requests / ms) * 1000;
}

export async function run({ rounds }) {
  const controller = await new WebController().start();
  const bare = await startWorker('web.worker.cjs');
  const inside = makeServer().listen(0, '127.0.0.1');
  await once(inside, 'listening');
  const { port } = inside.address();
  const many = async (to) =>
    (await timed(async () => {
      for (let index = 0; index < 100; index++) await ask(to);
    })) / 100;
  const one = await inTurns(
    {
      ours: () => many(controller.port),
      bare: () => many(bare.port),
      inside: () => many(port),
      supertest: async () =>
        (await timed(async () => {
          for (let index = 0; index < 20; index++) await supertest(inside).get('/');
        })) / 20,
      fetchOurs: async () =>
        (await timed(async () => {
          for (let index = 0; index < 50; index++) await (await fetch(controller.url)).text();
        })) / 50,
      fetchInside: async () =>
        (await timed(async () => {
          for (let index = 0; index < 50; index++) await (await fetch(`http://127.0.0.1:${port}`)).text();
        })) / 50,
    },
    { rounds },
  );
  const through = await inTurns({ ours: () => busy(controller.port, 200, 8), inside: () => busy(port, 200, 8) }, { rounds });
  agent.destroy();
  await controller.stop();
  await bare.worker.terminate();
  inside.closeAllConnections();
  inside.close();
  return [
    row('one request after another, node:http, keep-alive', one.ours, one.inside, { than: 'a server inside the test', limit: 1 }),
    row('one request after another, fetch, keep-alive', one.fetchOurs, one.fetchInside, { than: 'a server inside the test', limit: 1 }),
    row('one request after another, node:http, keep-alive', one.ours, one.bare, { than: 'a bare worker with the same server' }),
    row('one request after another', one.ours, one.supertest, { than: 'supertest' }),
    row('throughput, 1 ms of work on each side a request', through.ours, through.inside, {
      than: 'a server inside the test',
      unit: 'req/s',
      limit: 1.5,
      more: true,
    }),
  ];
}
