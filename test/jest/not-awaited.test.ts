/**
 * Promises of this package that a test has not awaited, and that the end of its file ends: they fail the file at the line that made them.
 * With nobody to hear them they would end Jest itself, and every result with it.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const HEAD = `
  const { useController } = require('jest-controller');
  const { Endless, Unready } = require('./endless');`;

const CONTROLLER = `
  const { Controller } = require('jest-controller');
  exports.Endless = class Endless extends Controller {
    factory() { return require('node:http').createServer(); }
    never() { return new Promise(() => undefined); }
  };
  // Gets no further with the port of before, nor with one that is asked for.
  exports.Unready = class Unready extends exports.Endless {
    factory() { return this.port === 0 ? super.factory() : this.never(); }
  };`;

const outcome = ranBefore({
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {}, maxWorkers: 1 };`,
  'endless.js': CONTROLLER,
  'call.test.js': `${HEAD}
    const endless = useController(Endless);
    test('forgets a call', async () => { endless.remote.never(); });`,
  'restart.test.js': `${HEAD}
    const unready = useController(Unready);
    test('forgets a restart', async () => { unready.restart(); });`,
  'start.test.js': `${HEAD}
    test('forgets a start', async () => { new Unready('127.0.0.1', 65_535).start(); });`,
  'by-hand.test.js': `${HEAD}
    test('forgets a call, and to stop', async () => { const endless = await new Endless().start(); endless.remote.never(); });`,
  'wait.test.js': `${HEAD}
    const endless = useController(Endless);
    test('forgets to wait', async () => { endless.waitFor(() => false, { timeout: 60_000 }); });`,
  'log.test.js': `${HEAD}
    const endless = useController(Endless);
    test('forgets to wait for output', async () => { endless.waitForLog('here', { timeout: 60_000 }); });`,
  'without.test.js': `/** @jest-environment node */${HEAD}
    const endless = useController(Endless);
    test('forgets a call', async () => { endless.remote.never(); });`,
  'late.test.js': `${HEAD}
    const endless = useController(Endless);
    test('waits for too long', async () => { await endless.waitForLog('here', { timeout: 60_000 }); }, 300);`,
});

/** What is told of it, by the file or, from Jest 30.5 on, by the test that made it. */
function told(file: string): string {
  const failures = Object.keys(outcome().statuses(file)).flatMap((name) => outcome().test(file, name).failures);
  return [outcome().fileFailure(file), ...failures].join('\n');
}

test.each([
  ['call', /Endless was stopped while this was under way\. Await what is under way/],
  ['restart', /Unready was stopped (before it was started again|in phase \w+, before it was ready)\. Await what is under way/],
  ['start', /Unready was stopped in phase \w+, before it was ready\. Await what is under way/],
  ['by-hand', /Endless was stopped while this was under way\. Await what is under way/],
  ['wait', /Endless: waited \d.* ms for a truthy value; .* Its test file was over by then: await it in the test\./],
  ['log', /Endless printed no line that holds 'here' in .* ms\. Its test file was over by then: await it in the test\./],
  ['without', /Endless was stopped while this was under way\. Await what is under way/],
])('fails the file: %s.test.js', (name, message) => {
  const text = told(`${name}.test.js`);
  expect(text).toMatch(message);
  expect(text).toMatch(new RegExp(`${name}\\.test\\.js:\\d+:\\d+`));
});

test('a wait that a test has awaited is over with its file, too, which its test has failed by then', () => {
  expect(outcome().test('late.test.js', 'waits for too long').failures).toEqual([expect.stringContaining('Exceeded timeout of 300 ms')]);
  expect(outcome().output).not.toContain('did not exit');
});
