import { test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { WebController } = require('../servers/web.controller.cjs') as { WebController: new () => Server };

interface Server {
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
}

const rounds = Number(process.env['BENCH_ROUNDS']);
const warmup = 2;

test('starts and stops', async () => {
  const figures: number[] = [];
  for (let round = -warmup; round < rounds; round++) {
    // Time for the spares to be ready, as between tests that do something.
    await pause(250);
    const since = performance.now();
    const web = new WebController();
    await web.start();
    await web.stop();
    if (round >= 0) figures.push(performance.now() - since);
  }
  writeFileSync(String(process.env['BENCH_OUT']), JSON.stringify({ whole: figures }));
}, 600_000);
