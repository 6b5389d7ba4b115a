/**
 * Waits for another thread's answer, in a thread that may have stood still along with that.
 */
import { expect, test } from '@jest/globals';
import { now } from '../../src/time/clock';
import { answeredWithin } from '../../src/time/answered';
import { VERY_LATE } from '../../src/time/limit';
import { block } from '../block';

/** Some turns of the event loop, in which timers come. */
async function turns(): Promise<string> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  return 'answered';
}

test('what is said in time is what it gives', async () => {
  expect(await answeredWithin(10_000, turns())).toBe('answered');
});

test('what never comes is undefined', async () => {
  expect(await answeredWithin(1, new Promise(() => undefined))).toBeUndefined();
});

test('who may have stood still as well gets as long again', async () => {
  const limit = 1000;
  // From here the next turn of the event loop begins with its timers.
  await new Promise(setImmediate);
  const answer = answeredWithin(limit, turns());
  block(limit + VERY_LATE + 200);
  expect(await answer).toBe('answered');
});

test('and no more than once', async () => {
  const limit = VERY_LATE + 50;
  const answer = answeredWithin(limit, new Promise(() => undefined));
  block(2 * limit);
  const since = now();
  expect(await answer).toBeUndefined();
  expect(now() - since).toBeGreaterThanOrEqual(limit - 1);
});

test('what it rejects with is told on', async () => {
  await expect(answeredWithin(10_000, Promise.reject(new RangeError('failed')))).rejects.toThrow(RangeError);
});
