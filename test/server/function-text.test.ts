/**
 * The text of functions and classes, as far as it is read.
 */
import { expect, test } from '@jest/globals';
import { withoutTexts } from '../../src/server/function-text';

test('comments and texts are left out, with what is escaped in them', () => {
  expect(withoutTexts(String.raw`a('it\'s', "\\", /* ' */ b) // "`)).toBe('a(, ,  b) ');
});

test('a quote alone, as a regular expression may have it, costs no time, however much is escaped behind it', () => {
  const code = `(port) => /'${String.raw`\d+\.`.repeat(50)}/`;
  expect(withoutTexts(code)).toBe(code);
});
