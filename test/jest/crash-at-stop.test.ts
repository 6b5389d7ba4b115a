/**
 * A server that dies before it has heard of the stop that is to end it: that is a crash as any, which comes when its test or block is over.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

/** It blocks its event loop until it is being stopped, and throws before it can hear of that. */
const DOOMED = `
  const { Controller } = require('jest-controller');
  exports.Doomed = class Doomed extends Controller {
    factory() { return require('node:net').createServer(); }
    throwAtStop(words) {
      Atomics.store(words, 1, 1);
      Atomics.wait(words, 0, 0);
      process.nextTick(() => { throw new RangeError('bang'); });
    }
  };
  exports.doom = async (doomed) => {
    const words = new Int32Array(new SharedArrayBuffer(8));
    const timer = setInterval(() => {
      if (doomed.state !== 'stopping') return;
      clearInterval(timer);
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 0);
    }, 1);
    doomed.remote.throwAtStop(words).catch(() => undefined);
    while (Atomics.load(words, 1) === 0) await new Promise(setImmediate);
  };`;

const HEAD = `
  const { useController } = require('jest-controller');
  const { Doomed, doom } = require('./doomed');`;

const FILES = {
  'tests.test.js': `${HEAD}
    const doomed = useController(Doomed, { scope: 'test', stopTimeout: 60_000 });
    test('dies', () => doom(doomed));
    test('lives', () => undefined);
    test('fails by itself', async () => { await doom(doomed); throw new Error('of its own'); });
    test.failing('is to fail', () => doom(doomed));
    test('listens for it', async () => { doomed.once('crashed', () => undefined); await doom(doomed); });`,
  'block.test.js': `${HEAD}
    describe('the block', () => {
      const doomed = useController(Doomed, { stopTimeout: 60_000 });
      test('is over', () => doom(doomed));
    });
    test('another', () => undefined);`,
  'file.test.js': `${HEAD}
    const doomed = useController(Doomed, { stopTimeout: 60_000 });
    test('is over', () => doom(doomed));`,
};
const CONFIGURED = `
  /** @jest-environment-options {"controllers":{"doomed":{"module":"./doomed","export":"Doomed","stopTimeout":60000}}} */
  const { doom } = require('./doomed');
  test('is over', () => doom(controllers.doomed));`;
const FORGOTTEN = `${HEAD}
  test('is over', async () => { await doom(await new Doomed('127.0.0.1', 0, { stopTimeout: 60_000 }).start()); });`;
const NO_ENVIRONMENT = `module.exports = { testEnvironment: 'node', transform: {} };`;
const BANG = /RangeError: bang\n[^]*doomed\.js:8:/;
/** As Jest shows it, with the code around the line. */
const IN_FILE = /RangeError: bang[^]*doomed\.js:8:/;

const within = ranBefore({ 'doomed.js': DOOMED, ...FILES, 'configured.test.js': CONFIGURED, 'forgotten.test.js': FORGOTTEN });
const without = ranBefore({ 'jest.config.js': NO_ENVIRONMENT, 'doomed.js': DOOMED, ...FILES });

describe.each([
  ['with', within],
  ['without', without],
])('%s the environment', (_environment, outcome) => {
  test('fails the test whose end stops it, and no other', () => {
    expect(outcome().test('tests.test.js', 'dies').failures).toStrictEqual([expect.stringMatching(BANG)]);
    expect(outcome().test('tests.test.js', 'lives').failures).toStrictEqual([]);
  });

  test('is told beside what the test fails by itself', () => {
    const { failures } = outcome().test('tests.test.js', 'fails by itself');
    expect([...failures].sort()).toStrictEqual([expect.stringContaining('of its own'), expect.stringMatching(BANG)]);
  });

  test('is dealt with by a test that listens for it', () => {
    expect(outcome().test('tests.test.js', 'listens for it').failures).toStrictEqual([]);
  });

  test.each(['block.test.js', 'file.test.js'])('fails the file whose last test is over: %s', (file) => {
    expect(outcome().fileFailure(file)).toMatch(IN_FILE);
  });
});

describe('with the environment', () => {
  test('is what a test is to fail by', () => {
    expect(within().test('tests.test.js', 'is to fail').failures).toStrictEqual([]);
  });

  test('says whose server is down', () => {
    const [failure] = within().test('tests.test.js', 'dies').failures;
    expect(failure).toContain('Doomed is down: nothing on its side caught this error.');
  });

  test.each(['configured.test.js', 'forgotten.test.js'])('fails the file at whose end it is stopped: %s', (file) => {
    expect(within().fileFailure(file)).toMatch(IN_FILE);
  });
});
