/**
 * A hook that restarts the server after each test hides no crash.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const FILES = {
  'hook.test.js': `
    const { useController } = require('jest-controller');
    const { Echo } = require('./echo.js');
    const echo = useController(Echo);
    afterEach(() => echo.restart());
    const die = async () => { await echo.remote.throwSoon(); while (echo.state !== 'crashed') await new Promise(setImmediate); };
    test('dies', die);
    test('lives', async () => { await echo.remote.say('here'); });
    test('dies and throws', async () => { await die(); throw new Error('of its own'); });
    test('restarts it', async () => { await die(); await echo.restart(); });
    test('listens for it', async () => { echo.once('crashed', () => undefined); await die(); });
    test('dies again', die);
    test('lives again', async () => { await echo.remote.say('here'); });`,
};

const withIt = ranBefore(FILES);

describe.each([
  ['with', withIt],
  ['without', ranBefore({ 'jest.config.js': `module.exports = { testEnvironment: 'node', transform: {} };`, ...FILES })],
])('%s the environment', (_environment, outcome) => {
  test('each test fails by the crash in it', () => {
    expect(outcome().statuses('hook.test.js')).toStrictEqual({
      dies: 'failed',
      lives: 'passed',
      'dies and throws': 'failed',
      'restarts it': 'passed',
      'listens for it': 'passed',
      'dies again': 'failed',
      'lives again': 'passed',
    });
  });

  test.each([
    ['dies', 1],
    ['dies and throws', 2],
    ['dies again', 1],
  ])('%s: with the error itself, once', (name, count) => {
    const { failures } = outcome().test('hook.test.js', name);
    expect(failures).toHaveLength(count);
    expect(failures.filter((failure) => failure.includes('RangeError: bang'))).toHaveLength(1);
    expect(failures.join('\n')).toMatch(/echo\.js:6/);
  });
});

test('with the environment, a line says whose server it was', () => {
  const said = 'Echo was down until a hook restarted it: nothing on its side caught this error.';
  expect(withIt().test('hook.test.js', 'dies').failures.join('\n')).toContain(said);
  expect(withIt().test('hook.test.js', 'dies and throws').failures.join('\n').split(said)).toHaveLength(2);
});
