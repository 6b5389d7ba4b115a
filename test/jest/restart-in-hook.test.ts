/**
 * A hook that restarts the server after a test, or after all of a block, hides no crash.
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

const AFTER_ALL = `
  const { useController } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const echo = useController(Echo);
  const die = async () => { await echo.remote.throwSoon(); while (echo.state !== 'crashed') await new Promise(setImmediate); };
  describe('one', () => {
    test('is followed by a crash', () => undefined);
    afterAll(die);
    afterAll(() => echo.restart());
  });
  test('comes after it', async () => { await echo.remote.say('here'); });
  describe('two', () => {
    test('begins anew', () => undefined);
    beforeAll(die);
    beforeAll(() => echo.restart());
  });
  test('restarts it without a hook', async () => { await die(); await echo.restart(); });`;

const LAST = `
  const { useController } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const echo = useController(Echo);
  test('is the last', () => undefined);
  afterAll(async () => { await echo.remote.throwSoon(); while (echo.state !== 'crashed') await new Promise(setImmediate); });
  afterAll(() => echo.restart());`;

const withIt = ranBefore({ ...FILES, 'after-all.test.js': AFTER_ALL, 'last.test.js': LAST });

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

test('with the environment, the next test fails by a crash that an afterAll hook has repaired, and none by one that a beforeAll hook has', () => {
  expect(withIt().statuses('after-all.test.js')).toStrictEqual({
    'one is followed by a crash': 'passed',
    'comes after it': 'failed',
    'two begins anew': 'passed',
    'restarts it without a hook': 'passed',
  });
});

test('with the environment, the file fails by one that such a hook has repaired after the last test', () => {
  expect(withIt().fileFailure('last.test.js')).toMatch(/RangeError: bang\n\s+Echo was down until a hook restarted it:/);
});

test('with the environment, a line says whose server it was', () => {
  const said = 'Echo was down until a hook restarted it: nothing on its side caught this error.';
  expect(withIt().test('hook.test.js', 'dies').failures.join('\n')).toContain(said);
  expect(withIt().test('hook.test.js', 'dies and throws').failures.join('\n').split(said)).toHaveLength(2);
});
