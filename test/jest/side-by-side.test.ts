/**
 * What failing tests show that run side by side: of each what happened since its own beginning, not since that of the latest.
 */
import { expect, test } from '@jest/globals';
import { ranBefore, withHead } from './run-jest';

const outcome = ranBefore({
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {}, maxConcurrency: 2 };`,
  ...withHead({
    'side-by-side.test.js': `
    const echo = useController(Echo);
    let begin;
    const begun = new Promise((resolve) => { begin = resolve; });
    test.concurrent('fails when another has begun', async () => { await echo.remote.say('said early'); await begun; throw new Error('no luck'); });
    test.concurrent('makes room', async () => { await echo.waitForLog('said early'); });
    test.concurrent('begins', () => { begin(); return Promise.resolve(); });`,
    'too-late.test.js': `
    const echo = useController(Echo);
    test.concurrent('waits for one thing', async () => { await echo.waitForLog('the one', { timeout: 60_000 }); }, 1000);
    test.concurrent('makes room, later', async () => { const now = Date.now(); while (Date.now() <= now + 1) await new Promise(setImmediate); });
    test.concurrent('waits for another', async () => { await echo.waitForLog('the other', { timeout: 60_000 }); }, 1500);`,
  }),
});

test('its output is shown from its own beginning on', () => {
  const { failures } = outcome().test('side-by-side.test.js', 'fails when another has begun');
  expect(failures).toStrictEqual([expect.stringMatching(/no luck\n\nOutput of Echo during this test:\n {2}\| said early\n/)]);
  expect(outcome().statuses('side-by-side.test.js')).toMatchObject({ 'makes room': 'passed', begins: 'passed' });
});

test('one that runs out of time says what it has waited for itself', () => {
  expect(outcome().test('too-late.test.js', 'waits for one thing').failures.join('\n')).toContain("no line that holds 'the one'");
  const other = outcome().test('too-late.test.js', 'waits for another').failures.join('\n');
  expect(other).toContain("no line that holds 'the other'");
  expect(other).not.toContain("'the one'");
});
