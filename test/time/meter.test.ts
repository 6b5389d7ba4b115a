/**
 * Activities that overlap count once, and what is over counts no more.
 */
import { expect, test } from '@jest/globals';
import { now } from '../../src/time/clock';
import { Meter } from '../../src/time/meter';

/** Waits awake until the clock has moved. */
function pass(): void {
  const since = now();
  while (now() - since < 1);
}

test('adds up what was under way', () => {
  const meter = new Meter();
  expect(meter.total).toBe(0);
  const since = now();
  meter.begin();
  meter.begin();
  pass();
  meter.end();
  const half = meter.total;
  pass();
  expect(meter.total).toBeGreaterThan(half);
  meter.end();
  const { total } = meter;
  expect(total).toBeLessThanOrEqual(now() - since);
  pass();
  expect(meter.total).toBe(total);
});
