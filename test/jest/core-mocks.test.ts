/**
 * A test that mocks core modules, or puts another class in the place of `Promise`, means its own code: its servers are reached all the same.
 */
import { test } from '@jest/globals';
import { expectToPass, ranBefore } from './run-jest';

const USES = `
    test('the server is reached, awaiting and blocking', async () => {
      expect(await counter.remote.countUp()).toBe(1);
      expect(counter.remoteSync.countUp()).toBe(2);
      expect(await counter.restart()).toBe(counter);
      expect(counter.stopSync()).toMatchObject({ forced: false });
      expect(await counter.start()).toBe(counter);
    });`;

const outcome = ranBefore({
  'core-mocks.test.js': `
    for (const name of ['async_hooks', 'events', 'fs', 'net', 'os', 'path', 'timers', 'util', 'worker_threads']) jest.doMock(name);
    const { useController } = require('jest-controller');
    const { Counter } = require('./counter.js');
    test('the test itself has the doubles', () => {
      expect(jest.isMockFunction(require('fs').readFileSync)).toBe(true);
    });
    const counter = useController(Counter, { stopTimeout: 20_000 });${USES}`,
  'other-promise.test.js': `
    const { useController } = require('jest-controller');
    globalThis.Promise = class Other extends Promise {};
    const { Counter } = require('./counter.js');
    const counter = useController(Counter, { stopTimeout: 20_000 });${USES}`,
  'counter.js': `
    const { createServer } = require('node:http');
    const { Controller } = require('jest-controller');
    exports.Counter = class Counter extends Controller {
      count = 0;
      factory() { return createServer(); }
      countUp() { return (this.count += 1); }
    };`,
});

test('core modules that are mocked', () => {
  expectToPass(outcome(), 'core-mocks.test.js');
});

test('another class of promises', () => {
  expectToPass(outcome(), 'other-promise.test.js');
});
