/**
 * What is kept of a server's output.
 */
import { expect, test } from '@jest/globals';
import { LogBook } from '../../src/controller/report/log-book';

test('are the last lines, when there are very many', () => {
  const book = new LogBook();
  for (let number = 0; number < 300_000; number += 1) book.add({ stream: 'stdout', time: 0, text: number.toString() });
  const kept = book.lines.map(({ text }) => Number(text));
  expect(kept.length).toBeLessThanOrEqual(100_000);
  expect(kept.length).toBeGreaterThan(98_000);
  expect(kept).toStrictEqual(Array.from(kept, (_number, index) => 300_000 - kept.length + index));
});

test('keep a line that has come to its end as the one that it was before', () => {
  const book = new LogBook();
  const half = book.add({ stream: 'stdout', time: 1, text: 'ready', partial: true });
  expect(book.add({ stream: 'stdout', time: 2, text: 'ready' })).toBe(half);
  expect(book.lines).toEqual([{ stream: 'stdout', time: 1, text: 'ready' }]);
  expect(book.add({ stream: 'stdout', time: 3, text: 'ready' })).not.toBe(half);
  expect(book.lines).toHaveLength(2);
});
