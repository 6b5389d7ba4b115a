/**
 * Which form of the suite runs: the short one of `npm test`, or everything, which `npm run test:all` asks for. See README.md.
 */
import { test } from '@jest/globals';

/** Set by jest.all.config.js. */
export const everything: boolean = Reflect.get(globalThis, 'everything') === true;

/** How often, how many, or which: as `npm run test:all` does it, and as `npm test` does. */
export function inForm<T>(all: T, short: T): T {
  return everything ? all : short;
}

/** A test that `npm test` leaves out. */
export function longTest(title: string, body: () => Promise<void>): void {
  if (everything) test(title, body);
}
