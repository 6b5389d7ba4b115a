/**
 * Who waits for something that is about to come looks for it before they sleep, and not for long.
 */
import { expect, jest, test } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { now } from '../../src/time/clock';
import { watchAwhile } from '../../src/time/patience';

test('sees what comes while it looks', () => {
  // With one core it looks once, and leaves that to the other side.
  const enough = availableParallelism() > 1 ? 3 : 1;
  let looks = 0;
  const arrived = (): boolean => ++looks === enough;
  // A machine may take the core away at any moment, so one look may be all that there is.
  let seen = false;
  for (let round = 0; round < 1000 && !seen; round += 1) {
    looks = 0;
    seen = watchAwhile(arrived);
  }
  expect(seen).toBe(true);
  expect(looks).toBe(enough);
});

test('gives up what does not come', () => {
  const since = now();
  expect(watchAwhile(() => false)).toBe(false);
  expect(now()).toBeGreaterThan(since);
});

test('gives up under fake timers, too', () => {
  jest.useFakeTimers();
  try {
    expect(watchAwhile(() => false)).toBe(false);
  } finally {
    jest.useRealTimers();
  }
});
