/**
 * The server's output as a part of an error.
 */
import { expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { outputBlock } from '../../src/controller/last-output';
import type { LogLine } from '../../src/controller/log-book';

const host = resolve(__dirname, '..', '..', 'dist', 'host', 'thread-host.js');
const shown = (...texts: string[]): string[] =>
  outputBlock('Output:', texts.map((text) => ({ stream: 'stderr', time: 0, text })) as LogLine[], { most: 9, rest: '' })
    .split('\n')
    .slice(1);

test("leaves out this package's frames", () => {
  expect(shown('Error: no', '    at handler (/app/api.ts:1:2)', `    at Layer.handle (${host}:32:1)`)).toStrictEqual([
    '  | Error: no',
    '  |     at handler (/app/api.ts:1:2)',
  ]);
});

test('leaves them out where a logger has coloured them', () => {
  const [grey, plain, underlined, even] = ['\u001b[90m', '\u001b[39m', '\u001b[4m', '\u001b[24m'];
  const coloured = host.replace(/[^/\\]+(?=[/\\]dist[/\\])/, (folder) => `${plain}${underlined}${folder}${even}${grey}`);
  expect(shown('RangeError: no', `    at Layer.handle ${grey}(${coloured}:32:1${grey})${plain}`)).toStrictEqual(['  | RangeError: no']);
});
