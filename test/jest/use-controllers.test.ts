/**
 * Several controllers at once: one run of many files, looked at by one test each.
 */
import { expect, test } from '@jest/globals';
import { ranBefore, withHead } from './run-jest';

const outcome = ranBefore(
  withHead({
    'twenty.test.js': `
    const fine = Object.fromEntries(Array.from({ length: 20 }, (_, index) => ['echo' + index, Echo]));
    const made = [];
    describe('together', () => {
      const all = useControllers(fine);
      test('run', () => { expect(new Set(Object.values(all).map(({ port }) => port)).size).toBe(20); });
    });
    describe('with a failure', () => {
      const all = useControllers({ ...fine, failing: Failing });
      made.push(...Object.values(all));
      test('fails', () => {});
    });
    test('the others were rolled back', () => { expect(new Set(made.map(({ state }) => state))).toEqual(new Set(['stopped'])); });`,
    'leaky.js': `
    const { Echo } = require('./echo.js');
    exports.Leaky = class Leaky extends Echo { factory() { this.leaveTimer(); return super.factory(); } };`,
    'leaky-rollback.test.js': `
    const { Leaky } = require('./leaky.js');
    useControllers({ leaky: [Leaky, { leaks: 'fail' }], failing: Failing });
    test('fails', () => {});`,
    'docblock-leaky.test.js': `/**
    * @jest-environment-options {"controllers": {"leaky": {"module": "./leaky.js", "export": "Leaky", "leaks": "fail"}, "failing": {"module": "./failing.js", "export": "Failing"}}}
    */
    test('never runs', () => {});`,
    'several-per-test.test.js': `
    const seen = [];
    describe('fresh ones', () => {
      const all = useControllers({ api: [() => import('./reads-environment'), { env: ({ echo }) => ({ ECHO_URL: echo.url }) }], echo: Echo }, { scope: 'test' });
      test.each([1, 2])('for test %i', async () => {
        expect(await (await fetch(all.api.url)).text()).toBe(all.echo.url + ',true,');
        seen.push(await all.echo.remote.number());
      });
      afterEach(() => { expect(all.echo.state).toBe('running'); });
    });
    test('are over, and were others each time', () => { expect(new Set(seen).size).toBe(2); });
    const made = [];
    describe('with a failure', () => {
      const all = useControllers({ echo: Echo, failing: Failing }, { scope: 'test' });
      made.push(...Object.values(all));
      test('fails', () => {});
    });
    test('the others were rolled back', () => { expect(made.map(({ state }) => state)).toEqual(['stopped', 'stopped']); });
    describe('by their names', () => {
      const { one } = useControllers({ one: () => import('./api.js') });
      test('in messages', async () => { await one.waitForLog(/never/, { timeout: 1 }); });
    });`,
    'no-line-of-its-own.test.js': `
    const path = '/' + 'x'.repeat(300);
    describe('by a hook', () => {
      useControllers({ echo: Echo, nowhere: [Echo, { path }] });
      test('fails', () => {});
    });
    test('by hand', () => Promise.all([new Echo().start(), new Echo(undefined, undefined, { path }).start()]));`,
    'of-one-class.test.js': `
    const { main, spare, alone } = useControllers({ main: Echo, spare: [Echo, { stopTimeout: 500 }], alone: require('./leaky.js').Leaky });
    test.each([['main', main], ['spare', spare], ['alone', alone]])('%s', async (_name, controller) => {
      await controller.waitForLog(/never/, { timeout: 1 });
    });
    test('print', async () => {
      await Promise.all([main.remote.say('from main'), spare.remote.say('from spare')]);
      throw new Error('to show it');
    });`,
    'reads-environment.js': `
    const echoUrl = process.env.ECHO_URL;
    module.exports = (_request, response) => response.end([echoUrl, process.env.HOME === undefined, process.env.NONE].join());`,
    'late-environment.test.js': `
    const { api, fixed, echo } = useControllers({
      api: [() => import('./reads-environment'), { env: ({ echo }) => ({ ECHO_URL: echo.url, NONE: undefined }) }],
      fixed: [() => import('./reads-environment'), { env: { ECHO_URL: 'fixed' } }],
      echo: Echo,
    });
    const text = async ({ url }) => (await fetch(url)).text();
    test('is made of the others', async () => { expect(await text(api)).toBe(echo.url + ',true,'); });
    test('is a value as ever', async () => { expect(await text(fixed)).toBe('fixed,true,'); });
    describe('of a wrong form', () => {
      useControllers({ echo: Echo, api: [() => import('./reads-environment'), { env: ({ echo }) => ({ PORT: echo.port }) }] });
      test('fails', () => {});
    });`,
  }),
  { args: ['--maxWorkers=2'] },
);

test('the environment of one may be made of the others that have started', () => {
  const file = 'late-environment.test.js';
  expect(outcome().statuses(file)).toEqual({
    'is made of the others': 'passed',
    'is a value as ever': 'passed',
    'of a wrong form fails': 'failed',
  });
  expect(outcome().test(file, 'of a wrong form fails').failures[0]).toMatch(
    /InvalidOptionError: Expected `env` to be an object of strings, got/,
  );
});

test('twenty controllers start together, and are rolled back together', () => {
  const file = 'twenty.test.js';
  expect(outcome().statuses(file)).toEqual({
    'together run': 'passed',
    'with a failure fails': 'failed',
    'the others were rolled back': 'passed',
  });
  expect(outcome().test(file, 'with a failure fails').failures[0]).toContain('no kitchen');
});

test('what the others leave behind does not hide why one of them has not started', () => {
  const { failures } = outcome().test('leaky-rollback.test.js', 'fails');
  expect(failures[0]).toContain('no kitchen');
  expect(outcome().fileFailure('docblock-leaky.test.js')).toContain('no kitchen');
});

test('several may be fresh ones for each test, in the same order and rolled back together', () => {
  const file = 'several-per-test.test.js';
  expect(outcome().statuses(file)).toEqual({
    'fresh ones for test 1': 'passed',
    'fresh ones for test 2': 'passed',
    'are over, and were others each time': 'passed',
    'with a failure fails': 'failed',
    'the others were rolled back': 'passed',
    'by their names in messages': 'failed',
  });
  expect(outcome().test(file, 'with a failure fails').failures[0]).toContain('no kitchen');
  expect(outcome().test(file, 'by their names in messages').failures[0]).toMatch(/^RemoteError: one printed/);
});

test('the error of one shows the line that asked for it below its message, and not how it waits for all', () => {
  for (const title of ['by a hook fails', 'by hand']) {
    const [failure] = outcome().test('no-line-of-its-own.test.js', title).failures;
    expect(failure).toMatch(/^Error: listen ENAMETOOLONG: .*\n\s+at .*no-line-of-its-own\.test\.js:/);
    expect(failure).not.toContain('(index ');
  }
});

test('those of one class are told apart by their names', () => {
  const file = 'of-one-class.test.js';
  const head = (title: string): string => String(outcome().test(file, title).failures[0]).split(' printed')[0] ?? '';
  expect(['main', 'spare', 'alone'].map(head)).toStrictEqual(['RemoteError: main', 'RemoteError: spare', 'RemoteError: Leaky']);
  const { failures } = outcome().test(file, 'print');
  expect(failures[0]).toContain('Output of main during this test:\n  | from main');
  expect(failures[0]).toContain('Output of spare during this test:\n  | from spare');
});
