/**
 * The server's output as a part of an error.
 */
import { describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { outputBlock } from '../../src/controller/report/last-output';
import type { LogLine } from '../../src/controller/report/log-book';

const host = resolve(__dirname, '..', '..', 'dist', 'host', 'hosts.js');
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

test('leaves them out of a stack that a logger has written as JSON', () => {
  const stack = (...frames: string[]): string => JSON.stringify({ err: { stack: ['Error: no', ...frames].join('\n') }, msg: 'no' });
  const [first, own, last] = [
    '    at handler (/app/api.ts:1:2)',
    `    at Layer.handle (${host}:32:1)`,
    `    at C:\\app\\node_modules\\run.js:1:2`,
  ];
  expect(shown(stack(first, own, last), stack(own, first, own))).toStrictEqual([`  | ${stack(first, last)}`, `  | ${stack(first)}`]);
});

describe('where there is more than can be shown', () => {
  const frames = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `    at frame${String(index + 1)} (/app/api.ts:1:2)`);

  test('the message above a long stack is shown, and a part of the stack', () => {
    expect(shown('starting', 'Error: no kitchen', ...frames(20), '{ code: 1 }')).toStrictEqual([
      '  | starting',
      '  | Error: no kitchen',
      '  |     at frame1 (/app/api.ts:1:2)',
      '  |     at frame2 (/app/api.ts:1:2)',
      '  |     at frame3 (/app/api.ts:1:2)',
      '  |     … 17 more frames',
      '  | { code: 1 }',
    ]);
  });

  test('the frames are known where a logger has coloured them', () => {
    const grey = frames(20).map((frame) => `\u001b[90m${frame}\u001b[39m`);
    expect(shown('Error: no kitchen', ...grey)).toContain('  |     … 17 more frames');
  });

  test('the lines before are counted as they were written', () => {
    const lines = shown('first', 'Error: no kitchen', ...frames(5), ...Array.from({ length: 8 }, (_, index) => `line ${String(index)}`));
    expect(lines.slice(0, 2)).toStrictEqual(['  … 5 earlier lines: ', '  |     … 2 more frames']);
  });
});

test('a stack that can be shown is whole', () => {
  const stack = ['Error: no', ...Array.from({ length: 8 }, (_, index) => `    at frame${String(index)} (/app/api.ts:1:2)`)];
  expect(shown(...stack)).toStrictEqual(stack.map((line) => `  | ${line}`));
});
