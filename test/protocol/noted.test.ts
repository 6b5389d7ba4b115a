/**
 * How messages list the requests that are remembered.
 */
import { expect, test } from '@jest/globals';
import { listLines } from '../../src/protocol/noted';

test('each kind of request is listed once, in the order of the first, with how many there were', () => {
  expect(listLines(['GET /news', 'GET /', 'GET /news'])).toBe('GET /news (2 times), GET /');
});

test('of very many kinds the first are listed, and how many requests there were besides', () => {
  const lines = Array.from({ length: 25 }, (_, index) => `GET /items/${index.toString()}`);
  expect(listLines(lines)).toBe(`${lines.slice(0, 20).join(', ')} and 5 more`);
  expect(listLines([...lines, ...lines])).toMatch(/^GET \/items\/0 \(2 times\), .* GET \/items\/19 \(2 times\) and 10 more$/);
});
