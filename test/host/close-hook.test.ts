/**
 * Close hooks that do not behave.
 */
import { expect, test } from '@jest/globals';
import { runCloseHook } from '../../src/host/close-hook';

const failed = new RangeError('no');

test.each([
  [
    'a getter that throws',
    {
      get close() {
        throw failed;
      },
    },
    { cut: false, failure: { error: failed } },
  ],
  [
    'a hook that throws nothing',
    { close: () => Promise.reject(undefined as unknown as Error) },
    { cut: false, failure: { error: undefined } },
  ],
  ['a hook that is no function', { close: 5 }, { cut: false }],
])('%s', async (_what, controller, outcome) => {
  expect(await runCloseHook(controller, 10_000)).toStrictEqual(outcome);
});
