/**
 * An event loop that is to stay awake in bursts turns by itself behind events that follow each other closely, and at no other time.
 */
import { afterEach, expect, test } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { now } from '../../src/time/clock';
import { stayAwakeInBursts } from '../../src/time/wakefulness';
import { programFolder, runProgram } from '../controller/plain-node';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** How often somebody has asked for a turn of the loop so far. */
function countTurns(): () => number {
  let turns = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'Immediate') turns += 1;
    },
  }).enable();
  cleanUps.push(() => hook.disable());
  return () => turns;
}

/** A port whose other end sends back all that it gets; each answer is an event of its own. */
function echoing(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (message) => {
    process.nextTick(() => port2.postMessage(message));
  });
  cleanUps.push(() => port1.close());
  return port1;
}

/** Some events one behind another. */
async function burst(): Promise<void> {
  const port = echoing();
  for (let events = 0; events < 10; events += 1) {
    port.postMessage(0);
    await once(port, 'message');
  }
}

const asleep = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20));

test('turns by itself for a moment behind a burst, where there is more than one core', async () => {
  cleanUps.push(stayAwakeInBursts());
  const turns = countTurns();
  const until = now() + 2000;
  // A busy machine may take the core away just then, and the loop rests for a while when it does.
  for (let most = 0; availableParallelism() > 1 && most < 10;) {
    expect(now()).toBeLessThan(until);
    await burst();
    const before = turns();
    await asleep();
    most = Math.max(most, turns() - before);
  }
});

test('sleeps when nothing comes', async () => {
  cleanUps.push(stayAwakeInBursts());
  await burst();
  await asleep();
  const turns = countTurns();
  await asleep();
  // What wakes it then is the timer, and whatever else the process has.
  expect(turns()).toBeLessThan(10);
});

test('leaves the loop alone when it is over', async () => {
  const over = stayAwakeInBursts();
  await burst();
  over();
  over();
  const turns = countTurns();
  await asleep();
  expect(turns()).toBe(0);
});

test('goes on until the last that asked for it is done', async () => {
  const first = stayAwakeInBursts();
  cleanUps.push(stayAwakeInBursts());
  first();
  first();
  const turns = countTurns();
  await asleep();
  await asleep();
  expect(turns() > 0).toBe(availableParallelism() > 1);
});

test('keeps no process alive', async () => {
  const folder = programFolder({
    'ends.js': `
      const { Echo } = require('./echo.js');
      new Echo('127.0.0.1', 0, { leaks: 'ignore' }).start().then(() => console.log('started'));`,
  });
  expect(await runProgram(folder, 'ends.js')).toMatchObject({ code: 0, stdout: 'started\n' });
});
