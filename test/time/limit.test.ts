/**
 * A limit, and how it is moved where it was noticed too late to be fair.
 */
import { expect, jest, test } from '@jest/globals';
import { now } from '../../src/time/clock';
import { Limit, VERY_LATE } from '../../src/time/limit';

const LONG = 60_000;

test('tells when it has passed', async () => {
  const late = await new Promise<number>((resolve) => {
    const limit = new Limit(() => {
      resolve(limit.late);
    });
    limit.set(1);
  });
  expect(late).toBeGreaterThanOrEqual(0);
});

test('is none before it is set, and when it is cleared', () => {
  const limit = new Limit(jest.fn());
  expect(limit.deadline).toBe(Infinity);
  limit.set(LONG);
  expect(limit.late).toBeLessThan(0);
  limit.clear();
  expect(limit.deadline).toBe(Infinity);
});

test('is moved once by as much as it was late', () => {
  const limit = new Limit(jest.fn());
  limit.set(LONG);
  const since = now();
  expect(limit.forgive(VERY_LATE + 1000)).toBe(true);
  const moved = limit.deadline - since;
  expect(moved).toBeGreaterThanOrEqual(VERY_LATE + 1000);
  expect(moved).toBeLessThan(LONG);
  expect(limit.forgive(VERY_LATE + 1000)).toBe(false);
  limit.set(LONG);
  expect(limit.forgive(VERY_LATE + 1000)).toBe(true);
  limit.clear();
});

test('is moved no further than it was long', () => {
  const limit = new Limit(jest.fn());
  limit.set(1000);
  expect(limit.forgive(LONG)).toBe(true);
  expect(limit.late).toBeGreaterThanOrEqual(-1000);
  limit.clear();
});

test('is not moved where it was noticed in time', () => {
  const limit = new Limit(jest.fn());
  limit.set(1000);
  const { deadline } = limit;
  expect(limit.forgive(VERY_LATE)).toBe(false);
  expect(limit.deadline).toBe(deadline);
  limit.clear();
});
