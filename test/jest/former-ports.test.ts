/**
 * A failing test whose client was refused is told whose port that was: clients name a number only, which nobody listens on any more.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const outcome = ranBefore({
  'api.js': `
    module.exports = (request, response) => response.end('fine');`,
  'each-test.test.js': `
    const { once } = require('node:events');
    const { connect } = require('node:net');
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'), { scope: 'test' });
    let former;
    test('remembers it', () => { former = api.port; });
    test('asks the one before', async () => { await fetch('http://localhost:' + former); });
    test('expects an answer of it', async () => { await expect(fetch('http://127.0.0.1:' + former).catch(({ cause }) => { throw cause; })).resolves.toBe(1); });
    test('connects to it', async () => { await once(connect(former, '127.0.0.1'), 'connect'); });
    test('fails by itself', () => { throw new Error('ECONNREFUSED'); });
    test('asks its own by another address', async () => { await fetch('http://[::1]:' + api.port); });`,
  'stopped.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'));
    test('stops it', async () => {
      const { url } = api;
      await api.stop();
      await fetch(url);
    });
    test('has a new one', async () => {
      await api.start();
      await fetch(api.url);
      throw new Error('connect ECONNREFUSED 127.0.0.1:' + api.port);
    });`,
  'hook.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'));
    afterEach(() => api.stop());
    test('is stopped after it', async () => { await fetch('http://[::1]:' + api.port); });`,
});

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');

test.each(['asks the one before', 'expects an answer of it', 'connects to it'])(
  'a server that listens on another one is named with that: a test that %s',
  (name) => {
    expect(failure('each-test.test.js', name)).toMatch(
      /api no longer listens on port \d+, but on \d+\. Read its `url` in each test, and end the clients of a test before it is over\.\n/,
    );
  },
);

test('a server that was stopped is named', () => {
  expect(failure('stopped.test.js', 'stops it')).toMatch(
    /api no longer listens on port \d+: it was stopped\. Ask it before that, and end the clients of a test before it is over\.\n/,
  );
});

test.each([
  ['each-test.test.js', 'fails by itself'],
  ['each-test.test.js', 'asks its own by another address'],
  ['stopped.test.js', 'has a new one'],
  // By the time the test is done.
  ['hook.test.js', 'is stopped after it'],
])('nothing is said where the server listened: %s, %s', (file, name) => {
  expect(failure(file, name)).not.toBe('');
  expect(failure(file, name)).not.toContain('no longer listens');
});
