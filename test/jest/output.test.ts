/**
 * What is added to the error of a failing test, for Jest to print.
 */
import { expect, test } from '@jest/globals';
import type { Test } from '../../src/jest/block-events';
import type { TrackedController } from '../../src/controller/surroundings';
import { addToFailure, outputOf } from '../../src/jest/report/output';
import { OutsideTests } from '../../src/jest/report/outside-tests';

const failing = (...errors: unknown[]): Test => ({ errors }) as unknown as Test;

test('stands below the message, above the frames', () => {
  const error = new Error('no');
  addToFailure(failing([error, undefined]), ['first', 'second']);
  expect(error.stack).toMatch(/^Error: no\n\nfirst\n\nsecond\n\n\s+at /);
});

test('is added once to an error that several tests share, as that of a beforeAll hook', () => {
  const shared = new Error('not ready');
  addToFailure(failing(shared), ['printed']);
  addToFailure(failing(shared), ['printed']);
  expect(shared.stack?.match(/printed/g)).toHaveLength(1);
});

test('makes an error of a text, at the place that Jest keeps beside it', () => {
  const late = failing(['Exceeded timeout', { stack: 'Error: \n    at /project/a.test.ts:7:3' }]);
  addToFailure(late, ['output']);
  expect((late.errors[0] as unknown as Error).stack).toBe('Error: thrown: "Exceeded timeout"\n\noutput\n\n    at /project/a.test.ts:7:3');
});

const place = { stack: 'Error: \n    at /project/a.test.ts:7:3' };
const printed = ({ errors: [first] }: Test): unknown => (first as Partial<Error>).stack;

test.each([
  ['an object', { code: 1 }, 'thrown: { code: 1 }'],
  ['an object with no more than a message', { message: 'refused' }, 'refused'],
  ['null', null, 'thrown: null'],
  ['nothing', undefined, 'thrown: undefined'],
])('keeps what was thrown where it is no error: %s', (_what, thrown, words) => {
  const before = structuredClone(thrown);
  const failed = failing([thrown, place]);
  addToFailure(failed, ['output']);
  expect(printed(failed)).toBe(`Error: ${words}\n\noutput\n\n    at /project/a.test.ts:7:3`);
  expect(thrown).toStrictEqual(before);
});

test('stands at the place of the test where Jest has kept none beside what was thrown', () => {
  const failed = { ...failing({ code: 1 }), asyncError: place } as unknown as Test;
  addToFailure(failed, ['output']);
  expect(printed(failed)).toBe('Error: thrown: { code: 1 }\n\noutput\n\n    at /project/a.test.ts:7:3');
});

test('is none where the server has printed empty lines only', () => {
  const logs = ['', '  '].map((text) => ({ stream: 'stderr', time: 1, text }));
  const api = { name: 'api', logMode: 'on-failure', logs } as unknown as TrackedController;
  expect(outputOf([api], { test: failing(), since: 1, outside: new OutsideTests() })).toStrictEqual([]);
});

test('is shown by one test only, where the server writes on while that test is over and asks for its output', () => {
  const outside = new OutsideTests();
  outside.testDone(0);
  const time = Date.now() + 1;
  const api = { name: 'api', logMode: 'on-failure', logs: [{ stream: 'stderr', time, text: 'no answer' }] } as unknown as TrackedController;
  expect(outputOf([api], { test: failing(), since: 1, outside })).toStrictEqual(['Output of api during this test:\n  | no answer']);
  expect(outputOf([api], { test: failing(), since: time + 1, outside })).toStrictEqual([]);
});

test('tells controllers of one class apart by where they were made', () => {
  const make = (line: number, ...texts: string[]): TrackedController => {
    const logs = texts.map((text) => ({ stream: 'stdout', time: 2, text }));
    return { name: 'Api', madeAt: `/project/a.test.ts:${line.toString()}:3`, logMode: 'on-failure', logs } as unknown as TrackedController;
  };
  const output = (...controllers: TrackedController[]): string[] =>
    outputOf(controllers, { test: failing(), since: 1, outside: new OutsideTests() });
  expect(output(make(1, 'first'), make(2, 'second'))).toStrictEqual([
    'Output of Api (made at /project/a.test.ts:1:3) during this test:\n  | first',
    'Output of Api (made at /project/a.test.ts:2:3) during this test:\n  | second',
  ]);
  expect(output(make(1, 'first'), make(2))).toStrictEqual(['Output of Api during this test:\n  | first']);
});
