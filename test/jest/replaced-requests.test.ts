/**
 * A failing test is told that what it puts in the place of `fetch` or `http.request` does not reach its server.
 */
import { expect, test } from '@jest/globals';
import type { TrackedController } from '../../src/controller/surroundings';
import { howItFared } from '../../src/jest/report/server-review';
import { ranBefore } from './run-jest';

const FILES = {
  // Names are known to nobody, so that nothing leaves this machine.
  'app.js': `
    const http = require('http');
    const dns = require('dns');
    const { lookup } = dns;
    dns.lookup = (name, ...rest) => (name === 'keys.example.org' ? setImmediate(rest.at(-1), new Error('no such name')) : lookup(name, ...rest));
    const ask = (request) => new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
    const WAYS = {
      '/get': () => ask(http.get('http://keys.example.org/get?secret=1')),
      '/post': () => ask(http.request('http://keys.example.org:81/post', { method: 'POST' }).end('text')),
      '/unended': () => {
        const request = http.request('http://keys.example.org/unended', { method: 'POST' });
        request.write('its end waits for a connection');
        return ask(request);
      },
      '/fetch': () => fetch('https://keys.example.org/fetch?secret=1'),
      '/near': () => fetch('http://localhost:1/'),
      '/nothing': () => {},
      '/crash': () => { fetch('https://keys.example.org/crash'); return new Promise(() => {}); },
      '/exit': () => fetch('https://keys.example.org/exit').catch(() => process.exit(3)),
    };
    module.exports = async (request, response) => {
      await Promise.resolve(WAYS[request.url]()).catch(() => {});
      response.end('real');
    };`,
  'client.js': `
    const { once } = require('events');
    const { request } = require('http');
    exports.ask = async (url) => {
      const [response] = await once(request(url).end(), 'response');
      return (await response.toArray()).join('');
    };`,
  'fetched.test.js': `
    const { useController } = require('jest-controller');
    const { ask } = require('./client');
    const api = useController(() => import('./app'));
    beforeEach(() => { jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('mock')); });
    afterEach(() => { jest.restoreAllMocks(); });
    test('fails by fetch', async () => { expect(await ask(api.url + '/fetch')).toBe('mock'); });
    test('fails by itself', async () => { expect(await ask(api.url + '/nothing')).toBe('mock'); });
    test('asks its own machine', async () => { expect(await ask(api.url + '/near')).toBe('mock'); });
    test('passes', async () => { expect(await ask(api.url + '/get')).toBe('real'); });
  `,
  'crashed.test.js': `
    const { useController } = require('jest-controller');
    const { ask } = require('./client');
    const api = useController(() => import('./app'), { scope: 'test' });
    beforeEach(() => { jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('mock')); });
    afterEach(() => { jest.restoreAllMocks(); });
    test('crashes', () => ask(api.url + '/crash'));
    test('exits', () => ask(api.url + '/exit'));
    test('is new', async () => { expect(await ask(api.url + '/nothing')).toBe('mock'); });
  `,
  'unstarted.js': `
    require('./app');
    exports.makeApp = async () => {
      const keys = await fetch('https://keys.example.org/start');
      return require('./app');
    };`,
  'unstarted.test.js': `
    const { useController } = require('jest-controller');
    jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('mock'));
    useController(() => import('./unstarted'));
    test('does not start', () => {});
  `,
  'clocks.test.js': `
    const { useController } = require('jest-controller');
    const { ask } = require('./client');
    const api = useController(() => import('./app'));
    const fails = async () => { expect(await ask(api.url + '/nothing')).toBe('late'); };
    test('has no clock of its own', fails);
    describe('with one', () => {
      useController(() => import('./app'));
      beforeEach(() => { jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }); });
      afterEach(() => { jest.useRealTimers(); });
      test('has fake timers', fails);
    });
    test('has a date still', async () => { jest.spyOn(Date, 'now').mockReturnValue(0); await fails(); });
  `,
  'frozen.js': `
    Date.now = () => 0;
    module.exports = (request, response) => response.end(String(Date.now()));`,
  'frozen.test.js': `
    const { useController } = require('jest-controller');
    const { ask } = require('./client');
    const frozen = useController(() => import('./frozen'));
    const fails = async () => { jest.spyOn(Date, 'now').mockReturnValue(0); expect(await ask(frozen.url)).toBe('late'); };
    test('has a clock on both sides', fails);
    describe('beside a server without one', () => {
      useController(() => import('./app'));
      test('has another clock than one of its servers', fails);
    });
  `,
  'intercepted.test.js': `
    const http = require('http');
    const { useController } = require('jest-controller');
    const { ask } = require('./client');
    const api = useController(() => import('./app'));
    const { request } = http;
    test('replaces nothing', async () => { expect(await ask(api.url + '/get')).toBe('mock'); });
    describe('replacing', () => {
      beforeAll(() => { http.request = (...args) => request(...args); });
      afterAll(() => { http.request = request; });
      test('fails', async () => { await ask(api.url + '/get'); expect(await ask(api.url + '/post')).toBe('mock'); });
      test('fails before the end', async () => { expect(await ask(api.url + '/unended')).toBe('mock'); });
    });
  `,
};

const outcome = ranBefore(FILES);

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');

test('a request that went past a double of fetch is named, without its query', () => {
  expect(failure('fetched.test.js', 'fails by fetch')).toContain(
    "app's server has really sent GET https://keys.example.org/fetch: what the test puts in the place of `fetch` acts on this side only. " +
      'Do so beside the server, in its module or by a method of its class.',
  );
});

test('and those that went past an interceptor of http', () => {
  expect(failure('intercepted.test.js', 'replacing fails')).toContain(
    "app's server has really sent GET http://keys.example.org/get, POST http://keys.example.org:81/post: " +
      'what the test puts in the place of `http.request` acts on this side only.',
  );
});

test('and those that failed before their body was whole', () => {
  expect(failure('intercepted.test.js', 'replacing fails before the end')).toContain(
    "app's server has really sent POST http://keys.example.org/unended: what the test puts",
  );
});

test('and those of a server that died after them', () => {
  expect(failure('crashed.test.js', 'crashes')).toContain("app's server has really sent GET https://keys.example.org/crash:");
  expect(failure('crashed.test.js', 'exits')).toContain("app's server has really sent GET https://keys.example.org/exit:");
  expect(failure('crashed.test.js', 'is new')).not.toContain('really sent');
});

test('and those of a start that failed after them', () => {
  expect(failure('unstarted.test.js', 'does not start')).toContain(
    "unstarted's server has really sent GET https://keys.example.org/start:",
  );
});

test('though to look for that takes longer than a server may for its answer', async () => {
  const review = { closed: false, fakeClock: false, failed: [], sent: ['GET https://keys.example.org/'], handled: [] };
  const controller = { name: 'api', state: 'running', onServerError: 'ignore', review: () => Promise.resolve(review) };
  const replaced = { find: () => new Promise<string>((resolve) => setTimeout(resolve, 50, 'fetch')) };
  const { pastDoubles } = await howItFared(controller as unknown as TrackedController, { since: 0, limit: 1, replaced });
  expect(pastDoubles).toEqual([expect.stringMatching(/^api's server has really sent GET https:\/\/keys\.example\.org\/: .*`fetch`/)]);
});

test('nothing is said where the server asked nobody, or its own machine', () => {
  expect(failure('fetched.test.js', 'fails by itself')).not.toContain('really sent');
  expect(failure('fetched.test.js', 'asks its own machine')).not.toContain('really sent');
});

test('nor where the test has replaced nothing', () => {
  expect(failure('intercepted.test.js', 'replaces nothing')).toContain('Expected: "mock"');
  expect(failure('intercepted.test.js', 'replaces nothing')).not.toContain('really sent');
});

test("a fake clock is said not to be the server's, where the test has one when it fails", () => {
  const told =
    'The test has a fake clock, by jest.useFakeTimers() or a double of Date, which acts on this side only: app goes by the real one. ' +
    "Fake it beside the server, by a method of its class. A client of the test's that waits by timers stands still until the test advances them.";
  expect(failure('clocks.test.js', 'with one has fake timers')).toContain(told);
  expect(failure('clocks.test.js', 'has a date still')).toContain(told);
  expect(failure('clocks.test.js', 'has no clock of its own')).not.toContain('fake clock');
});

test('nothing is said of a server that has a fake clock, too', () => {
  expect(failure('frozen.test.js', 'has a clock on both sides')).toContain('Expected: "late"');
  expect(failure('frozen.test.js', 'has a clock on both sides')).not.toContain('fake clock');
  expect(failure('frozen.test.js', 'beside a server without one has another clock than one of its servers')).toContain(
    'this side only: app goes by the real one.',
  );
});
