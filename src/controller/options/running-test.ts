/**
 * What Jest tells of the running test where no environment hears of it: what `expect` knows; nothing outside Jest. Test side.
 */

export interface RunningTest {
  /** The full name of the latest test that has begun in this file; undefined before the first. */
  readonly currentTestName?: string;
  readonly testPath?: string;
}

export function runningTest(): RunningTest {
  const { expect } = globalThis as { expect?: { getState?: () => RunningTest } };
  return expect?.getState?.() ?? {};
}
