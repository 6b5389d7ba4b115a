/**
 * What several servers of a test file have covered by the v8 provider becomes one entry for each code.
 */
import { expect, test } from '@jest/globals';
import { V8Entries } from '../../src/jest/coverage/v8-entries';

type Script = Parameters<V8Entries['add']>[0];

const FILE = '/project/app.js';

/** A script whose only function is 10 characters long, of which the last 4 are a branch. */
function script(code: string, [whole, branch]: readonly [number, number]): Script {
  const ranges = [
    { startOffset: 0, endOffset: 10, count: whole },
    { startOffset: 6, endOffset: 10, count: branch },
  ];
  const functions = [{ functionName: 'answer', isBlockCoverage: true, ranges }];
  return { file: FILE, functions, transformed: { code, originalCode: code, sourceMapPath: null } };
}

const rangesOf = (entries: V8Entries): unknown => entries.all.map(({ result: { functions } }) => functions.map(({ ranges }) => ranges));

test('the counts of the same code are added up', () => {
  const entries = new V8Entries();
  entries.add(script('its code', [1, 0]));
  entries.add(script('its code', [2, 1]));
  entries.add(script('its code', [3, 0]));
  expect(entries.all).toHaveLength(1);
  expect(entries.all[0]).toMatchObject({ codeTransformResult: { code: 'its code' }, result: { url: FILE } });
  expect(rangesOf(entries)).toEqual([
    [
      [
        { startOffset: 0, endOffset: 10, count: 6 },
        { startOffset: 6, endOffset: 10, count: 1 },
      ],
    ],
  ]);
});

test('those of another code of the same file, whose places are others, are not', () => {
  const entries = new V8Entries();
  entries.add(script('as CommonJS', [1, 0]));
  entries.add(script('as an ES module', [1, 0]));
  entries.add(script('as CommonJS', [1, 1]));
  expect(entries.all.map(({ codeTransformResult: { code } }) => code)).toEqual(['as CommonJS', 'as an ES module']);
  expect(rangesOf(entries)).toMatchObject([[[{ count: 2 }, { count: 1 }]], [[{ count: 1 }, { count: 0 }]]]);
});

test('those of a file that is gone, which nobody has compiled, are left out', () => {
  const entries = new V8Entries();
  entries.add({ ...script('its code', [1, 0]), file: '/project/generated-and-removed.js', transformed: null });
  expect(entries.all).toEqual([]);
});
