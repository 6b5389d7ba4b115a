/**
 * Names in a sentence.
 */
import { expect, test } from '@jest/globals';
import { inWords } from '../../src/jest/report/in-words';

test.each([
  [['one'], 'one'],
  [['one', 'two'], 'one and two'],
  [['one', 'two', 'three'], 'one, two and three'],
])('stand as they are spoken: %j', (names, words) => {
  expect(inWords(names)).toBe(words);
});
