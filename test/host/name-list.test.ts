/**
 * Names as a message lists them.
 */
import { expect, test } from '@jest/globals';
import { listNames } from '../../src/host/calls/name-list';

test('stand in the order given', () => {
  expect(listNames(['users', 'add'])).toBe('users, add');
});

test('are without those that begin with an underscore, unless there are no others', () => {
  expect(listNames(['_events', 'users'])).toBe('users');
  expect(listNames(['_rows'])).toBe('_rows');
});

test('are the last of very many, with the number of the others', () => {
  const names = Array.from({ length: 25 }, (_value, index) => `method${index.toString()}`);
  expect(listNames([...names, 'added'])).toMatch(/^method6, .*, method24, added and 6 more$/);
});
