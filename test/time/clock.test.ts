/**
 * The real time of day is told also where the clock was replaced before anybody asked for it.
 */
import { expect, jest, test } from '@jest/globals';

type Clock = typeof import('../../src/time/clock');

/** The module as who loads it now has it. */
function loadClock(): Clock {
  let loaded: Clock | undefined;
  jest.isolateModules(() => {
    loaded = jest.requireActual<Clock>('../../src/time/clock');
  });
  if (loaded === undefined) throw new Error('It was not loaded');
  return loaded;
}

test.each([
  ['fake timers', () => jest.useFakeTimers({ now: 0 })],
  ['a double of Date.now', () => jest.spyOn(Date, 'now').mockReturnValue(0)],
])('under %s', (_what, replace) => {
  const before = Date.now();
  replace();
  let told: number;
  try {
    told = loadClock().epochNow();
  } finally {
    jest.useRealTimers();
    jest.restoreAllMocks();
  }
  // Node has what it began at and how long that is ago, both to fractions.
  expect(told).toBeGreaterThanOrEqual(before - 1000);
  expect(told).toBeLessThanOrEqual(Date.now() + 1000);
});
