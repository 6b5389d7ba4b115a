/**
 * What a test is told of an error that its server turned into an answer.
 */
import { expect, test } from '@jest/globals';
import { takeAnsweredError } from '../../src/jest/both-realms/server-error';

function toldOf(answered: string): string | undefined {
  return takeAnsweredError({ name: 'api', takeServerError: () => ({ answered, error: undefined }) }, 'test')?.message;
}

test('of an error that nobody knows, the output is all there is', () => {
  expect(toldOf('GET / with 500')).toMatch(/to itself: look for it in the server's output\.$/);
});

test('of one that the answer tells of, nobody is sent to the output for it', () => {
  expect(toldOf('GET / with 500 (RangeError: page 2)')).toMatch(
    /RangeError: page 2.* to itself, but for what it answered\. The server's output may say more\.$/,
  );
});
