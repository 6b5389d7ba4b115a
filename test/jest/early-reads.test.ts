/**
 * A failing test names the line that has read the address of a server which had not been started: a client says only that `null` is no URL.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const outcome = ranBefore({
  'block.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'));
    describe('a client', () => {
      const options = { base: api.url };
      test('passes', () => undefined);
      test('asks', async () => { await fetch(options.base + '/users'); });
      test('asks again', async () => { await fetch(options.base + '/users'); });
    });`,
  'hook.test.js': `
    const { useController } = require('jest-controller');
    const port = {};
    beforeAll(() => {
      port.api = api.port;
    });
    const api = useController(() => import('./api'));
    test('compares', () => { expect(port.api).toBe(api.port); });`,
  'blocks.test.js': `
    const { useController } = require('jest-controller');
    describe('one', () => {
      test('fails for another reason', () => { throw new Error('another'); });
    });
    describe('two', () => {
      const api = useController(() => import('./api'));
      const options = { base: api.url };
      describe('inside', () => {
        test('asks', async () => { await fetch(options.base + '/users'); });
      });
    });`,
  'fine.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'), { hostname: '127.0.0.1' });
    const { state, hostname } = api;
    beforeAll(() => expect(api.url).toContain(hostname));
    test('stopped', async () => { await api.stop(); expect(api.url).toBe(state); });`,
});

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');

test('where it was read, and what it was', () => {
  expect(failure('block.test.js', 'a client asks')).toMatch(
    /api had not been started when its `url`, null until then, was read at \S*block\.test\.js:5:\d+\. Read it in tests, and in hooks below useController\(\)\.\n/,
  );
});

test('is told once', () => {
  expect(failure('block.test.js', 'a client asks again')).not.toContain('had not been started');
});

test('is told to a test of the block that read it', () => {
  expect(failure('blocks.test.js', 'one fails for another reason')).not.toContain('had not been started');
  expect(failure('blocks.test.js', 'two inside asks')).toMatch(
    /api had not been started when its `url`, null until then, was read at \S*blocks\.test\.js:8:\d+\./,
  );
});

test('in a hook above useController, too', () => {
  expect(failure('hook.test.js', 'compares')).toMatch(
    /api had not been started when its `port`, 0 until then, was read at \S*hook\.test\.js:5:\d+\./,
  );
});

test('what is known before the start, or was read after it, is no matter', () => {
  expect(failure('fine.test.js', 'stopped')).not.toContain('had not been started');
});
