/**
 * Waits for another thread's answer, in a thread that may have stood still along with that.
 */
import { expect, test } from '@jest/globals';
import { now } from '../../src/time/clock';
import { answeredWithin } from '../../src/time/answered';
import { VERY_LATE } from '../../src/time/limit';
import { block } from '../block';
import { inSomeTurns } from '../turns';

test('what is said in time is what it gives', async () => {
  expect(await answeredWithin(10_000, inSomeTurns('answered'))).toBe('answered');
});

test('what never comes is undefined', async () => {
  expect(await answeredWithin(1, new Promise(() => undefined))).toBeUndefined();
});

test('who may have stood still as well gets as long again', async () => {
  const limit = 1000;
  // From here the next turn of the event loop begins with its timers.
  await new Promise(setImmediate);
  const answer = answeredWithin(limit, inSomeTurns('answered'));
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
