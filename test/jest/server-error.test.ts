/**
 * What a test is told of an error that its server turned into an answer.
 */
import { expect, test } from '@jest/globals';
import type { TrackedController } from '../../src/controller/surroundings';
import { testErrorOf } from '../../src/jest/both-realms/server-error';

const api = { name: 'api' } as TrackedController;

test('of an error that nobody knows, the output is all there is', () => {
  const { message } = testErrorOf(api, { answered: 'GET / with 500', error: undefined });
  expect(message).toMatch(/to itself: look for it in the server's output\.$/);
});

test('of one that the answer tells of, nobody is sent to the output for it', () => {
  const { message } = testErrorOf(api, { answered: 'GET / with 500 (RangeError: page 2)', error: undefined });
  expect(message).toMatch(/RangeError: page 2.* to itself, but for what it answered\. The server's output may say more\.$/);
});
