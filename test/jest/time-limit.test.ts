/**
 * What is shown of the servers when a test runs into Jest's time limit.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const FILES = {
  'hanging.js': `
    module.exports = (request, response) => {
      console.log('got ' + request.url);
      if (request.url === '/loop') for (;;);
      if (request.url === '/fine') response.end();
      if (request.url === '/events') response.write('one');
    };`,
  'two.js': `
    const silent = () => (_request, _response) => console.log('asked');
    exports.users = silent();
    exports.orders = silent();
    exports.decide = () => new Promise(() => undefined);
    exports.ask = (given) => given.answer();`,
  'slow.controller.js': `
    const { Controller } = require('jest-controller');
    exports.SlowController = class SlowController extends Controller {
      factory() { return new Promise(() => undefined); }
    };`,
  'heavy.controller.js': `
    const { isMainThread } = require('node:worker_threads');
    const { Controller } = require('jest-controller');
    // Loading takes longer beside the server than the test has time.
    if (!isMainThread) {
      require('node:fs').writeFileSync(__dirname + '/loading', '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
    }
    exports.HeavyController = class HeavyController extends Controller {
      factory() { return require('./hanging'); }
    };`,
  'requests.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./hanging'), { stopTimeout: 0, scope: 'test' });
    const asked = async (url) => {
      fetch(api.url + url).catch(() => undefined);
      await api.waitForLog(/got/);
    };
    // The limit of the test does not begin before the server has been asked.
    describe.each([
      ['no answer', () => asked('/never')],
      ['no answer to two', async () => {
        for (const path of ['/never', '/never']) fetch(api.url + path).catch(() => undefined);
        await api.waitFor(() => api.logs.length === 2);
      }],
      ['half an answer', () => fetch(api.url + '/events')],
      ['an endless loop', () => asked('/loop')],
      ['nothing to do with it', () => fetch(api.url + '/fine')],
    ])('%s', (_name, ask) => {
      beforeEach(ask);
      test('at the limit', () => new Promise(() => undefined), 200);
    });
  `,
  'by-hand.test.js': `
    const { HangingController } = require('./hanging.controller');
    const api = new HangingController('127.0.0.1', 0, { stopTimeout: 0 });
    afterEach(() => api.stop());
    describe('stopped by a hook', () => {
      beforeEach(async () => {
        await api.start();
        fetch(api.url + '/never').catch(() => undefined);
        await api.waitForLog(/got/);
      });
      test('had no answer', () => new Promise(() => undefined), 200);
    });
  `,
  'hanging.controller.js': `
    const { Controller } = require('jest-controller');
    exports.HangingController = class HangingController extends Controller {
      factory() { return require('./hanging'); }
    };`,
  'waits.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./hanging'), { stopTimeout: 0, scope: 'test' });
    test('a thrown text', async () => { await fetch(api.url + '/fine'); throw 'a text'; });
    test('a thrown object', async () => { await fetch(api.url + '/fine'); throw { status: 502 }; });
    test('a value', () => api.waitFor(() => 0), 500);
    test('a line', () => api.waitForLog(/shipped/), 500);
    test('an event', async () => { api.on('other', () => undefined); await require('node:events').once(api, 'order'); }, 200);
    test('an event that came', async () => {
      const stopped = require('node:events').once(api, 'stopped');
      await api.restart();
      await stopped;
      await api.waitForLog(/shipped/);
    }, 500);
    describe('a hook', () => {
      beforeEach(() => api.waitForLog('ready'), 500);
      test('waits', () => undefined);
    });
  `,
  'several.test.js': `
    const { useController } = require('jest-controller');
    const { SlowController } = require('./slow.controller');
    const { HeavyController } = require('./heavy.controller');
    const api = useController(() => import('./hanging'), { stopTimeout: 0 });
    const two = useController(() => import('./two'), { export: 'orders', stopTimeout: 0 });
    test('a start', () => new SlowController().start(), 500);
    describe('a heavy load', () => {
      // The limit of the test does not begin before the thread has booted.
      beforeEach(async () => {
        new HeavyController('127.0.0.1', 0, { stopTimeout: 0 }).start().catch(() => undefined);
        while (!require('node:fs').existsSync(__dirname + '/loading')) await new Promise((go) => setImmediate(go));
      });
      test('at the limit', () => new Promise(() => undefined), 200);
    });
    test('a thrown text behind it', async () => { await fetch(api.url + '/fine'); throw 'a text'; });
    test('a call', () => two.remote.decide(), 500);
    const never = () => new Promise(() => undefined);
    test('a double', () => two.remote.ask({ answer: jest.fn(never) }), 500);
    test('a named double', () => two.remote.ask({ answer: jest.fn(never).mockName('send') }), 500);
    test('a function', () => two.remote.ask({ answer: () => never() }), 500);
    test('a function without a name', () => two.remote.ask({ answer: Object.defineProperty(() => never(), 'name', { value: '' }) }), 500);
    test('an error of its own', async () => { two.remote.decide().catch(() => undefined); throw new Error('its own'); });
    describe('a hook of the block', () => {
      beforeAll(() => two.remote.decide(), 500);
      test('too', () => undefined);
    });
    describe('one of two', () => {
      beforeEach(async () => { fetch(two.url).catch(() => undefined); await two.waitForLog('asked'); });
      test('at the limit', () => new Promise(() => undefined), 200);
    });
    test('after it', () => new Promise(() => undefined), 200);
  `,
};

// They wait for their limits more than they compute: side by side, however few processors there are.
const outcome = ranBefore(FILES, { args: ['--maxWorkers=2'] });

const file = (name: string): string =>
  ['requests.test.js', 'by-hand.test.js', 'waits.test.js', 'several.test.js'].find((each) => name in outcome().statuses(each)) ?? '';
const failure = (name: string): string => outcome().test(file(name), name).failures.join('\n');

test('the requests without an answer are named', () => {
  expect(failure('no answer at the limit')).toMatch(
    /Exceeded timeout of [^]*hanging had not answered: GET \/never\n[^]*requests\.test\.js:\d+:\d+/,
  );
});

test('of the same requests it is said how many there were', () => {
  expect(failure('no answer to two at the limit')).toContain('hanging had not answered: GET /never (2 times)\n');
});

test('of several servers in one module, the one is named by its export', () => {
  expect(failure('one of two at the limit')).toMatch(/\btwo\.orders had not answered: GET \/\n/);
});

test('a stream is named as an answer that has begun', () => {
  expect(failure('half an answer at the limit')).toMatch(/hanging had not answered: GET \/events \(answer begun, not ended\)\n/);
});

test('a server that does not respond is named', () => {
  expect(failure('an endless loop at the limit')).toMatch(
    /Exceeded timeout of [^]*hanging did not respond within 500 ms, as when its event loop is blocked/,
  );
});

test('a start that goes on is named, with what it waits for', () => {
  expect(failure('a start')).toMatch(/Exceeded timeout of [^]*SlowController was still starting: /);
  expect(failure('a start')).not.toContain('useLoop');
  expect(failure('a thrown text behind it')).not.toContain('still starting');
});

test('a start that still loads its modules says how it can be given the time, and how to load them once', () => {
  expect(failure('a heavy load at the limit')).toContain(
    'HeavyController was still starting: its module had not finished loading. ' +
      'Give the test or hook that starts it a longer time limit. Where each test starts one, useLoop() loads the modules once.',
  );
});

test('what the test waits for is named, though its own limit is Jest’s', () => {
  expect(failure('a value')).toMatch(/Exceeded timeout of [^]*hanging: waited \d+ ms for a truthy value; the last value was 0\.\n/);
  expect(failure('a line')).toMatch(/Exceeded timeout of [^]*hanging printed no line that matches \/shipped\/ in \d+ ms\.\n/);
  expect(failure('an event')).toMatch(/Exceeded timeout of [^]*hanging: the event `order` had not come\.\n/);
  expect(failure('a call')).toMatch(/Exceeded timeout of [^]*two\.orders: the call of remote\.decide had not settled\.\n/);
  expect(failure('a hook waits')).toMatch(/Exceeded timeout of [^]*hanging printed no line that holds 'ready' in \d+ ms\.\n/);
  expect(failure('a hook of the block too')).toMatch(/Exceeded timeout of [^]*two\.orders: the call of remote\.decide had not settled\.\n/);
});

test('a function of the test’s that the server waits for is named', () => {
  const waits = "two.orders waits for a function of the test's";
  expect(failure('a double')).toContain(`${waits}, jest.fn(), whose promise has not settled.\n`);
  expect(failure('a named double')).toContain(`${waits}, send(), whose promise has not settled.\n`);
  expect(failure('a function')).toContain(`${waits}, answer(), whose promise has not settled.\n`);
  expect(failure('a function without a name')).toContain(`${waits}, whose promise has not settled.\n`);
});

test('what an earlier test has left open is none of the later one’s', () => {
  expect(failure('a line')).not.toContain('truthy value');
  expect(failure('an event that came')).not.toContain('had not come');
  expect(failure('an error of its own')).not.toContain('had not settled');
  expect(failure('one of two at the limit')).not.toContain('had not settled');
});

test('a request of an earlier test is told apart', () => {
  expect(failure('after it')).toMatch(/\btwo\.orders had not answered requests from before this test: GET \/\n/);
  expect(failure('after it')).not.toContain('had not answered: ');
  expect(failure('one of two at the limit')).not.toContain('from before');
});

test('nothing is said of a server that has answered', () => {
  expect(failure('nothing to do with it at the limit')).not.toMatch(/had not answered|did not respond/);
});

test('the output is shown, there and where something else than an error was thrown', () => {
  for (const [name, url] of [
    ['no answer at the limit', '/never'],
    ['an endless loop at the limit', '/loop'],
    ['a thrown text', '/fine'],
  ] as const) {
    expect(failure(name)).toMatch(new RegExp(`^Error: thrown: "[^]*Output of hanging during this test:\\n {2}\\| got ${url}\\n`));
  }
  expect(failure('a thrown object')).toMatch(
    /^Error: thrown: \{ status: 502 \}\n\nOutput of hanging during this test:\n {2}\| got \/fine\n\n +at .*waits\.test\.js:5/,
  );
});

test('the requests are named, too, where an afterEach hook has stopped the server by then', () => {
  expect(failure('stopped by a hook had no answer')).toMatch(/Exceeded timeout of [^]*HangingController had not answered: GET \/never\n/);
});
