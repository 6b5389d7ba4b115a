/**
 * What is said of controllers that were forgotten, and of what their servers leave alive: one run of many files, looked at by one test each.
 */
import { expect, test } from '@jest/globals';
import { expectQuiet, expectToPass, ranBefore, withHead } from './run-jest';

const outcome = ranBefore(
  withHead({
    'forgotten.test.js': `
    test('starts and forgets', async () => {
      await new Echo().start();
    });`,
    'forgotten-often.test.js': `
    test.each([1, 2, 3])('starts and forgets %i', async () => { await new Echo().start(); });`,
    'forgotten-by-helper.test.js': `
    const { start } = require('./helpers/start.js');
    test.each([1, 2])('has a helper start and forget %i', start);
    test('stops what the helper starts', async () => { await (await start()).stop(); });`,
    'forgotten-in-a-hook.test.js': `
    const { start } = require('./helpers/start.js');
    beforeAll(start);
    test('has nothing to do with it', () => undefined);`,
    'forgotten-in-both.test.js': `
    beforeAll(async () => { await new Echo().start(); });
    test('starts one, too', async () => { await new Echo().start(); });`,
    'as-jest-29.js': `
    const { TestEnvironment } = require('jest-controller/environment');
    /** Jest 30 forgets a test that it has passed over, as 29 does not. */
    module.exports = class extends TestEnvironment {
      async handleTestEvent(event, state) {
        if (event.name === 'test_skip') state.currentlyRunningTest = event.test;
        await super.handleTestEvent(event, state);
      }
    };`,
    'forgotten-after-a-skipped.test.js': `/** @jest-environment ./as-jest-29.js */
    test.skip('is passed over', () => undefined);
    describe('a block', () => {
      beforeAll(async () => { await new Echo().start(); });
      test('has nothing to do with it', () => undefined);
    });`,
    'helpers/start.js': `
    const { Echo } = require('../echo.js');
    exports.start = () => new Echo().start();`,
    'unawaited.test.js': `
    let echo;
    test('starts', async () => { echo = await new Echo().start(); });
    afterAll(() => { void echo.stop(); });`,
    'untidy.test.js': `
    test.each([1, 2, 3])('leaves a timer %i', async () => {
      const echo = await new Echo().start();
      await echo.remote.leaveTimer();
      await echo.stop();
    });`,
    'untidy-blocks.test.js': `
    const leave = (name, echo) => test(name, () => echo.remote.leaveTimer());
    describe('one', () => leave('leaves', useController(Echo)));
    describe('two', () => leave('leaves', useController(Echo)));
    describe('three', () => leave('leaves', useController(Echo)));
    describe('four', () => leave('leaves', useController(Echo)));
    describe('five', () => leave('leaves', useController(Echo)));`,
    'forbidden.test.js': `
    test('starts and forgets', async () => { await new Echo(undefined, undefined, { leaks: 'fail' }).start(); });`,
    'allowed.test.js': `
    test('starts and forgets', async () => { await new Echo(undefined, undefined, { leaks: 'ignore' }).start(); });`,
    'leaves-in-block.test.js': `
    describe('a block', () => {
      const echo = useController(Echo, { leaks: 'fail' });
      test('leaves a timer', () => echo.remote.leaveTimer());
    });
    test('comes after', () => {});`,
    'leaves-in-test.test.js': `
    const echo = useController(Echo, { leaks: 'fail', scope: 'test' });
    test('leaves a timer', () => echo.remote.leaveTimer());
    test('leaves none', () => {});`,
    'leaves-in-file.test.js': `/**
    * @jest-environment-options {"controllers": {"echo": {"module": "./echo.js", "export": "Echo", "leaks": "fail"}}}
    */
    test('leaves a timer', () => controllers.echo.remote.leaveTimer());
    test('fails by itself', () => { throw new Error('of its own'); });`,
    'warned-of-file.test.js': `/**
    * @jest-environment-options {"controllers": {"configured": {"module": "./echo.js", "export": "Echo"}}}
    */
    test('leaves a timer', () => controllers.configured.remote.leaveTimer());`,
  }),
  { args: ['--maxWorkers=2'] },
);

test('a controller may be left running where that is said', () => {
  expectToPass(outcome(), 'allowed.test.js');
});

test('a controller that was forgotten is stopped, and named with the line that made it', () => {
  expectToPass(outcome(), 'forgotten.test.js');
  expect(outcome().output).toMatch(/Echo \(made at \S*forgotten\.test\.js:9:13\) was still running/);
  expect(outcome().output).not.toContain('allowed.test.js:');
});

test('a controller whose stop nobody awaits is stopped, and is no leak', () => {
  expectToPass(outcome(), 'unawaited.test.js');
  expect(outcome().output).not.toContain('unawaited.test.js:');
});

test('controllers that were forgotten at one line are named once, with their number', () => {
  expectToPass(outcome(), 'forgotten-often.test.js');
  const said = outcome().output.match(/^.*Echo \(made at \S*forgotten-often\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(/^jest-controller \(3 times the same\): Echo \(made at \S+:\d+:\d+\) was still running/),
  ]);
});

test('controllers that were forgotten are named with the tests that started them, as of a helper of many tests', () => {
  expectToPass(outcome(), 'forgotten-by-helper.test.js');
  expectToPass(outcome(), 'forgotten-in-a-hook.test.js');
  const [byHelper, inHook] = ['helper', 'hook'].map(
    (name) => outcome().output.match(new RegExp(`^jest-controller.*-${name}\\.test\\.js: Echo .* was still running.*$`, 'm'))?.[0],
  );
  expect(byHelper).toMatch(/ Started in the tests "has a helper start and forget 1", "has a helper start and forget 2"\.$/);
  expect(inHook).toMatch(/ do so\.$/);
});

test('a test is not named for what a hook has started beside it', () => {
  expectToPass(outcome(), 'forgotten-in-both.test.js');
  const said = outcome().output.match(/^.*made at \S*forgotten-in-both\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(/\.test\.js:\d+:\d+\) was still running.* do so\.$/),
    expect.stringMatching(/\.test\.js:\d+:\d+\) was still running.* Started in the test "starts one, too"\.$/),
  ]);
});

test('a test that was skipped is not named for what a hook of the next block has started', () => {
  expect(outcome().fileFailure('forgotten-after-a-skipped.test.js')).toBe('');
  const said = outcome().output.match(/^.*made at \S*forgotten-after-a-skipped\.test\.js.*$/gm);
  expect(said).toStrictEqual([expect.stringMatching(/\.test\.js:\d+:\d+\) was still running.* do so\.$/)]);
});

test('a controller that a helper has made and forgotten is named with the test file, too', () => {
  expectToPass(outcome(), 'forgotten-by-helper.test.js');
  expect(outcome().output).toMatch(
    /^jest-controller \(2 times the same\), in \S*forgotten-by-helper\.test\.js: Echo \(made at \S*start\.js:3:\d+\) was still running/m,
  );
});

test('what is left alive at one line is told once, with its number', () => {
  expectToPass(outcome(), 'untidy.test.js');
  const said = outcome().output.match(/^.*made at \S*untidy\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(/^jest-controller \(3 times the same\): The server of Echo \(made at .*\) had 1 timer still alive/),
  ]);
});

test('what is left alive alike at several lines is told once, with the first of these', () => {
  expectToPass(outcome(), 'untidy-blocks.test.js');
  const said = outcome().output.match(/^.*made at \S*untidy-blocks\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(
      /^jest-controller \(5 times the same\): The server of Echo \(made at \S+:\d+:\d+, \d+:\d+, \d+:\d+ and 2 more\) had 1 /,
    ),
  ]);
});

test("a controller that was forgotten fails its file under leaks: 'fail'", () => {
  expect(outcome().fileFailure('forbidden.test.js')).toMatch(
    /Echo \(made at \S*forbidden\.test\.js.* Started in the test "starts and forgets"\.$/m,
  );
  expect(outcome().fileFailure('forbidden.test.js')).toMatch(/^\s+at forbidden\.test\.js:\d+:\d+$/m);
  expect(outcome().fileFailure('forbidden.test.js')).not.toContain('jest-circus');
});

test("it is not warned of as well under leaks: 'fail'", () => {
  expect(outcome().output).not.toMatch(/^jest-controller.*forbidden\.test\.js/m);
});

test("what a server leaves alive fails whatever it was started for, under leaks: 'fail': its test, its block's file, its file", () => {
  const leaves = (file: string): RegExp => new RegExp(`LeakError: The server of \\S+ \\(made at .*${file}.* had 1 timer still alive`);
  expect(outcome().statuses('leaves-in-test.test.js')).toEqual({ 'leaves a timer': 'failed', 'leaves none': 'passed' });
  const { failures } = outcome().test('leaves-in-test.test.js', 'leaves a timer');
  expect(failures).toEqual([expect.stringMatching(leaves('leaves-in-test'))]);
  const ofBlock = outcome().fileFailure('leaves-in-block.test.js');
  expect(ofBlock).toMatch(leaves('leaves-in-block'));
  // No line of the test stops it: the one that uses it is shown.
  expect(ofBlock).toMatch(/^\s+> +\d+ \|.*useController\(/m);
});

test("what a configured server leaves alive fails the file under leaks: 'fail', and takes no outcome of its tests along", () => {
  expect(outcome().statuses('leaves-in-file.test.js')).toEqual({ 'leaves a timer': 'passed', 'fails by itself': 'failed' });
  expect(outcome().output).toMatch(/^\s+LeakError: The server of echo had 1 timer still alive.*\n\s+Timeout, made at .*echo\.js/m);
});

test('no place is told of a configured server: no line of the test has made it', () => {
  expectToPass(outcome(), 'warned-of-file.test.js');
  expect(outcome().output).toMatch(/^jest-controller, in \S*warned-of-file\.test\.js: The server of configured had 1 timer still alive/m);
});

test('Jest ends by itself, with nothing left open', () => {
  expectQuiet(outcome());
});
