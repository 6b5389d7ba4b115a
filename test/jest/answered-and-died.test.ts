/**
 * A server that answers with an error which counts as a failure, and dies of another: its test is told both, and no other test either.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const FILES = {
  'web.js': `
    const { createServer } = require('node:http');
    const { Controller } = require('jest-controller');
    exports.Web = class Web extends Controller {
      factory() {
        return createServer((request, response) => {
          response.statusCode = 500;
          response.end('no page', () => setImmediate(() => { throw new RangeError('bang'); }));
        });
      }
    };`,
  'web.test.js': `
    const { useController } = require('jest-controller');
    const { Web } = require('./web.js');
    const ask = async (web) => {
      await (await fetch(web.url)).text().catch(() => undefined);
      while (web.state !== 'crashed') await new Promise(setImmediate);
    };
    describe('fresh', () => {
      const web = useController(Web, { onServerError: 'fail-test', scope: 'test' });
      test('asks', () => ask(web));
      test('asks nothing', () => undefined);
    });
    describe('of the block', () => {
      const web = useController(Web, { onServerError: 'fail-test' });
      test('asks', () => ask(web));
      test('comes later', () => undefined);
    });`,
};

const CRASH = /RangeError: bang\n\nWeb is down: nothing on its side caught this error\./;
const ANSWER = /Web answered GET \/ with 500 \(no page\)/;

describe.each([
  ['with', ranBefore(FILES)],
  ['without', ranBefore({ 'jest.config.js': `module.exports = { testEnvironment: 'node', transform: {} };`, ...FILES })],
])('%s the environment', (_environment, outcome) => {
  test.each(['fresh asks', 'of the block asks'])('%s: what it died of comes first, with the line that says so', (name) => {
    const [first, ...others] = outcome().test('web.test.js', name).failures;
    expect(first).toMatch(CRASH);
    expect([first, ...others].join('\n')).toMatch(ANSWER);
  });

  test('the tests after it hear nothing of the answer', () => {
    expect(outcome().statuses('web.test.js')).toMatchObject({ 'fresh asks nothing': 'passed' });
    const { failures } = outcome().test('web.test.js', 'of the block comes later');
    expect(failures).toStrictEqual([expect.stringContaining('it crashed in the test "of the block asks"')]);
  });
});
