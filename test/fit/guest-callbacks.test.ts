/**
 * The shared server calls functions of test files that may be over.
 */
import { expect, test } from '@jest/globals';
import { GuestCallbacks } from '../../src/jest/run-scope/guest-callbacks';

const refusal = (callback: number): unknown => ({
  type: 'callbackAnswer',
  callback,
  outcome: { ok: false, error: expect.anything() as unknown },
  orphaned: true,
});

test('a call of a function whose file is over is refused', () => {
  const answers: unknown[] = [];
  new GuestCallbacks((answer) => answers.push(answer)).called(1, undefined);
  expect(answers).toEqual([refusal(1)]);
});

test('calls under way are refused when their file leaves, unless they were answered', () => {
  const answers: unknown[] = [];
  const callbacks = new GuestCallbacks<string>((answer) => answers.push(answer));
  callbacks.called(1, 'a');
  callbacks.called(2, 'a');
  callbacks.called(3, 'b');
  callbacks.answered(1);
  callbacks.left('a');
  expect(answers).toEqual([refusal(2)]);
  callbacks.clear();
  callbacks.left('b');
  expect(answers).toHaveLength(1);
});
