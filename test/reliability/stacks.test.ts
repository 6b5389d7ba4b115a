/**
 * The stacks of a server's errors, as a test's failure shows them: the user's line first, and no frame of this package.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject, type JestRun } from '../loading/jest-project';

const APP = `
import express from 'express';

const app = express();
app.get('/throw', () => {
  throw new RangeError('thrown in a nameless handler');
});
app.get('/cause', (_request, _response) => {
  try {
    inner();
  } catch (error) {
    throw new Error('with a cause', { cause: error });
  }
});
app.get('/parts', () => {
  throw new AggregateError([new TypeError('one part'), new TypeError('another part')], 'with parts');
});
app.get('/print', (_request, response) => {
  console.trace('printed by trace');
  console.error(new Error('printed by error').stack);
  response.end();
});
export default app;

export function inner(): never {
  throw new TypeError('why it was thrown');
}
`;

const TESTS = `
import { useController } from 'jest-controller';

const api = useController(() => import('./app'), { onServerError: 'fail-test' });

test.each(['throw', 'cause', 'parts'])('%s', async (path) => {
  await fetch(api.url + '/' + path);
});

test('print', async () => {
  await fetch(api.url + '/print');
  throw new Error('shows the output');
});

test('remote', async () => {
  await api.remote.inner();
});
`;

const MISTAKES = `
import { useController } from 'jest-controller';

const api = useController(() => import('./app'), { mocks: { './no-such-module': './app' } });

test('mistaken mock', () => undefined);
`;

let project: JestProject;
let run: JestRun;

beforeAll(async () => {
  const config = { preset: 'jest-controller', transform: { '\\.ts$': '@swc/jest' } };
  const files = { 'app.ts': APP, 'app.test.ts': TESTS, 'mistakes.test.ts': MISTAKES };
  project = await jestProject({ 'jest.config.js': `module.exports = ${JSON.stringify(config)};`, ...files });
  run = await project.run();
});

afterAll(() => project.remove());

/** What the failure of one test shows. */
const failure = (title: string): string => run.output.split(/^ {2}● /m).find((part) => part.startsWith(`${title}\n`)) ?? '';

test('the line of a nameless function is shown', () => {
  expect(failure('throw')).toMatch(/> 6 \|.*thrown in a nameless handler/);
  expect(failure('throw')).toMatch(/at app\.ts:6:9/);
});

test.each(['throw', 'cause', 'parts', 'print', 'remote'])('no frame of this package is shown: %s', (title) => {
  expect(failure(title)).toMatch(/app\.ts:\d+:\d+/);
  expect(failure(title)).not.toMatch(/[\\/]host[\\/]|thread-entry|jest-controller[\\/](?:dist|src)/);
});

test('the line of a cause is shown', () => {
  expect(failure('cause')).toMatch(/Cause:\s+TypeError: why it was thrown[^]*at inner \(app\.ts:\d+:\d+\)/);
});

test('the lines of the parts are shown', () => {
  expect(failure('parts')).toMatch(/one part[^]*at app\.ts:\d+:\d+[^]*another part[^]*at app\.ts:\d+:\d+/);
});

test("the cause of an error of this package's shows no frame of it either", () => {
  expect(failure('mistaken mock')).toMatch(
    /ModuleLoadError: The module '\.\/no-such-module'[^]*\n\s+at Object.<anonymous> \(mistakes\.test\.ts:4:\d+\)[^]*Cause:\s+Cannot find module/,
  );
  expect(failure('mistaken mock')).not.toMatch(/jest-controller[\\/](?:dist|src)|\(<anonymous>\)/);
});

test('a stack that the server prints keeps the frames of the server', () => {
  expect(failure('print')).toMatch(/\| Trace: printed by trace\n\s+\|\s+at .*app\.ts:\d+:\d+/);
  expect(failure('print')).toMatch(/\| Error: printed by error\n\s+\|\s+at .*app\.ts:\d+:\d+/);
});
