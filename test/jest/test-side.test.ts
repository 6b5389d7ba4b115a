/**
 * The package inside test files: compiled once for all of them, and evaluated for each as Jest evaluates any other module.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const LOADS = `
  const path = require('node:path');
  const loaded = () => Object.keys(require.cache).filter((file) => path.dirname(file).endsWith('dist')).map((file) => path.basename(file));
  const { Controller, UsageError } = require('jest-controller');`;
const HAS_ITS_OWN = `${LOADS}
  test('has its own', () => {
    expect(Controller.mark).toBeUndefined();
    Controller.mark = true;
    expect(UsageError.prototype).toBeInstanceOf(Error);
    expect(Object.getPrototypeOf(require('jest-controller'))).toBe(Object.prototype);
  });`;

const outcome = ranBefore({
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {}, maxWorkers: 1 };`,
  'first.test.js': HAS_ITS_OWN,
  'second.test.js': HAS_ITS_OWN,
  'modules.test.js': `${LOADS}
    test('compiled elsewhere', () => expect(loaded()).toEqual(['index.js']));
    test('evaluated anew', () => {
      jest.resetModules();
      expect(require('jest-controller').Controller).not.toBe(Controller);
      jest.isolateModules(() => expect(require('jest-controller').Controller).not.toBe(Controller));
    });
    test('replaced modules', () => {
      jest.resetModules();
      jest.doMock('node:util', () => ({ ...jest.requireActual('node:util'), inspect: () => 'replaced' }));
      expect(() => new (require('jest-controller').Controller)({ readyTimeout: 'x' })).toThrow('replaced');
    });
    test('a replaced package', () => {
      jest.doMock('jest-controller', () => ({ Controller: 7 }));
      jest.resetModules();
      expect(require('jest-controller').Controller).toBe(7);
      expect(typeof jest.requireActual('jest-controller').Controller).toBe('function');
    });`,
  'elsewhere.test.js': `/** @jest-environment node */ ${LOADS}
    test('a module like any other', () => {
      expect(loaded().sort()).toEqual(['index.js', 'test-side.js']);
      expect(UsageError.prototype).toBeInstanceOf(Error);
    });`,
});

test.each([
  ['first.test.js', 'has its own'],
  ['second.test.js', 'has its own'],
  ['modules.test.js', 'compiled elsewhere'],
  ['modules.test.js', 'evaluated anew'],
  ['modules.test.js', 'replaced modules'],
  ['modules.test.js', 'a replaced package'],
  ['elsewhere.test.js', 'a module like any other'],
])('%s: %s', (file, name) => {
  expect(outcome().test(file, name)).toEqual({ status: 'passed', failures: [] });
});
