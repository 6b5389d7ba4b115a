import { test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ThreadLoop, useController } from 'jest-controller';
import { EchoController } from './echo.controller';

const rounds = Number(process.env['BENCH_ROUNDS']);
const warmup = 2;
const figures: Record<string, number[]> = {};

/** Time for the spares to be ready: tests of one's own take that long, as a rule. */
const REST = 250;

const api = useController(() => import('./app'));

async function timed(name: string, round: number, start: () => Promise<() => Promise<unknown>>): Promise<void> {
  await pause(REST);
  const since = performance.now();
  const stop = await start();
  const ms = performance.now() - since;
  if (round >= 0) (figures[name] ??= []).push(ms);
  await stop();
}

function worker(file: string): () => Promise<() => Promise<unknown>> {
  return async () => {
    const made = new Worker(resolve(__dirname, '../servers', file));
    await new Promise((heard) => made.once('message', heard));
    return () => made.terminate();
  };
}

test('starts', async () => {
  await api.stop();
  for (let round = -warmup; round < rounds; round++) {
    await timed('bare', round, worker('echo.worker.cjs'));
    await timed('fresh', round, async () => {
      // A loop with options of its own gets no spare.
      const controller = new EchoController('127.0.0.1', 0, { loop: new ThreadLoop({ resourceLimits: {} }) });
      await controller.start();
      return () => controller.stop();
    });
    await timed('spare', round, async () => {
      const controller = new EchoController();
      await controller.start();
      return () => controller.stop();
    });
    await timed('expressBare', round, worker('express.worker.cjs'));
    await timed('expressSpare', round, async () => {
      await api.start();
      return () => api.stop();
    });
  }
  writeFileSync(String(process.env['BENCH_OUT']), JSON.stringify(figures));
}, 600_000);
