/**
 * The ways in which a Jest may be configured and run: each is a project or a run of its own.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bindAndRelease } from '../controller/clients';
import type { JestProject } from '../loading/jest-project';
import { expectQuiet, expectToPass, project, runJest, type JestOutcome } from './run-jest';

const HEAD = `
  const { useController } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const { echoed } = require('./client.js');`;

const FILES = {
  'jest.config.js': `
    const base = { preset: 'jest-controller', transform: {} };
    module.exports = { projects: [
      { ...base, displayName: 'plain', testMatch: ['**/plain-*.test.js'] },
      { ...base, displayName: 'configured', testMatch: ['**/configured-*.test.js'],
        testEnvironmentOptions: { controllers: { api: './api.js', echo: { module: '<rootDir>/echo.js', export: 'Echo', logs: 'silent' } } } },
      { ...base, displayName: 'hidden', testEnvironment: 'node', testMatch: ['**/hidden-*.test.js'] },
      { ...base, displayName: 'jsdom', testEnvironment: '<rootDir>/jsdom-environment.js', testMatch: ['**/jsdom-*.test.js'] },
      { ...base, displayName: 'faked', fakeTimers: { enableGlobally: true }, testMatch: ['**/faked-*.test.js'] },
      { ...base, displayName: 'imported', injectGlobals: false, testMatch: ['**/imported-*.test.js'] },
    ] };`,
  'jsdom-environment.js': `
    const { withController } = require('jest-controller/environment');
    module.exports = withController(require('jest-environment-jsdom').TestEnvironment);`,
  ...Object.fromEntries(
    ['one', 'two', 'three', 'four'].map((name) => [
      `plain-${name}.test.js`,
      `${HEAD}
      const echo = useController(Echo);
      const other = useController(() => import('./api.js'));
      test('serves', async () => {
        expect(await echoed(echo.port)).toBe('hello');
        expect(await (await fetch(other.url)).text()).toMatch('api');
      });
      test('is seen by its worker only', async () => { expect(await echo.remote.number()).toBe(echo.loop.number); });
      test('forgets one', async () => { await new Echo(undefined, undefined, { leaks: 'ignore' }).start(); });`,
    ]),
  ),
  'configured-all.test.js': `${HEAD}
    test('has them', async () => {
      expect(await (await fetch(controllers.api.url)).text()).toMatch('api');
      expect(await echoed(controllers.echo.port)).toBe('hello');
    });`,
  'configured-otherwise.test.js': `/**
     * @jest-environment-options {"controllers": {"mine": "./api.js"}}
     */
    test("a docblock's controllers take the place of the config's", () => { expect(Object.keys(controllers)).toEqual(['mine']); });`,
  'hidden-js.test.js': `${HEAD}
    const echo = useController(Echo);
    test('works with what Node can load', async () => { expect(await echoed(echo.port)).toBe('hello'); });
    afterAll(() => { expect(echo.state).toBe('stopped'); });`,
  'hidden-usage.test.js': `${HEAD}
    test('inside a test', () => { expect(() => useController(Echo)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' })); });`,
  // As a runner has it that keeps modules, and what `expect` knows, from file to file.
  'hidden-kept.test.js': `${HEAD}
    const { testPath } = expect.getState();
    expect.setState({ testPath: '/project/next.test.js', currentTestName: 'the last of the file before' });
    const echo = useController(Echo);
    expect.setState({ testPath });
    test('serves', async () => { expect(await echoed(echo.port)).toBe('hello'); });`,
  'hidden-ts.test.js': `${HEAD}
    useController(() => import('./unloadable.foo'));
    test('never passes', () => {});`,
  'unloadable.foo': 'enum Port { any }',
  'jsdom-dom.test.js': `${HEAD}
    const echo = useController(Echo);
    test('has a document and a server', async () => {
      expect(document.createElement('p').tagName).toBe('P');
      expect(await echoed(echo.port)).toBe('hello');
    });
    test('an error is native here too', async () => {
      const { Failing } = require('./failing.js');
      await expect(new Failing().start()).rejects.toThrow(TypeError);
    });`,
  'faked-time.test.js': `${HEAD}
    const echo = useController(Echo);
    test('starts, serves and stops in real time', async () => {
      expect(jest.isMockFunction(setTimeout) || setTimeout.clock !== undefined || Date.isFake === true).toBe(true);
      expect(await echoed(echo.port)).toBe('hello');
      expect(await echo.restart()).toBe(echo);
      const { stop } = await new Echo().start().then((other) => other.stop().then((stop) => ({ stop })));
      expect(stop.forced).toBe(false);
    });`,
  'imported-globals.test.js': `
    const { test, expect } = require('@jest/globals');
    ${HEAD}
    const echo = useController(Echo);
    test('serves', async () => { expect(await echoed(echo.port)).toBe('hello'); });`,
};

let files: JestProject;

beforeAll(async () => {
  files = await project(FILES);
});

afterAll(async () => {
  await files.remove();
});

const PLAIN = ['one', 'two', 'three', 'four'].map((name) => `plain-${name}.test.js`);

describe('projects in parallel workers', () => {
  let outcome: JestOutcome;

  beforeAll(async () => {
    outcome = await runJest(files, { args: ['--maxWorkers=2'] });
  });

  test.each([
    ...PLAIN.map((file): [string, string] => [file, 'workers do not clash']),
    ['configured-all.test.js', 'controllers of the config are there'],
    ['configured-otherwise.test.js', 'a docblock replaces them'],
    ['hidden-js.test.js', 'without the environment useController works with what Node can load'],
    ['hidden-usage.test.js', 'without the environment useController inside a test is refused too'],
    ['hidden-kept.test.js', 'the name of a test of another file is no sign of being inside one'],
    ['jsdom-dom.test.js', 'the mixin gives jsdom controllers'],
    ['faked-time.test.js', 'globally faked timers change nothing'],
    ['imported-globals.test.js', 'injectGlobals may be off'],
  ])('%s: %s', (file) => {
    expectToPass(outcome, file);
  });

  test('a project whose own environment hides the preset is told so', () => {
    const [failure = ''] = outcome.test('hidden-ts.test.js', 'never passes').failures;
    expect(failure).toContain('testEnvironment');
    expect(failure).toContain('jest-controller/environment');
  });

  test('they end by themselves', () => {
    expectQuiet(outcome);
  });
});

describe('other ways to run', () => {
  test.each([
    ['--runInBand with --detectOpenHandles', ['--runInBand', '--detectOpenHandles']],
    ['worker threads', ['--workerThreads', '--maxWorkers=2']],
  ])('%s: nothing clashes, nothing is left', async (_name, args) => {
    const outcome = await runJest(files, { args: [...args, '--selectProjects', 'plain'] });
    for (const file of PLAIN) expectToPass(outcome, file);
    expect(outcome.code).toBe(0);
    expectQuiet(outcome);
  });

  test('--bail, failed hooks and SIGINT leave no process and no port', async () => {
    const doomed = await project({
      'bails.test.js': `${HEAD}
        const echo = useController(Echo);
        beforeAll(() => { console.log('port ' + echo.port); throw new EvalError('in a hook'); });
        test('one', () => {});`,
      'hangs.test.js': `${HEAD}
        const echo = useController(Echo);
        test('hangs', async () => { process._rawDebug('port ' + echo.port); await new Promise(() => undefined); }, 60_000);`,
    });
    try {
      const bailed = await runJest(doomed, { args: ['--bail', '--runInBand', 'bails'] });
      expect(bailed.code).toBe(1);
      expect(bailed.output).toContain('EvalError: in a hook');
      expectQuiet(bailed);
      await bindAndRelease(Number(/port (\d+)/.exec(bailed.output)?.[1]));
      const interrupted = await runJest(doomed, {
        args: ['--runInBand', 'hangs'],
        onStart: (jest) => jest.stderr?.on('data', (text: string) => /port \d/.test(text) && jest.kill('SIGINT')),
      });
      await bindAndRelease(Number(/port (\d+)/.exec(interrupted.output)?.[1]));
    } finally {
      await doomed.remove();
    }
  });
});
