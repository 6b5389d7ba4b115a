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
  'twice.test.js': `
    const { useController } = require('jest-controller');
    describe.each([1, 2])('client %i', () => {
      const api = useController(() => import('./api'));
      const base = api.url;
      test('asks', async () => { await fetch(base + '/users'); });
    });`,
  'stopped.test.js': `
    const { useController } = require('jest-controller');
    let later;
    describe('a block', () => {
      const api = (later = useController(() => import('./api')));
      afterEach(() => api.stop());
      test('asks', async () => { await fetch(api.url); });
      test('expects none', () => { expect(api.url).toBe(null); });
      test('fails by itself', () => { throw new Error('no events'); });
      test('asks again', async () => { await fetch(api.url); });
      test('has it again', async () => { await api.restart(); await fetch(api.url); throw new Error('no events'); });
    });
    test('asks behind the block', async () => { await fetch(later.url); });`,
  'not-awaited.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'));
    test('restarts', async () => { const again = api.restart(); try { await fetch(api.url); } finally { await again; } });
    test('stops', async () => { const stopped = api.stop(); try { await fetch(api.url); } finally { await stopped; } });
    test('starts', async () => {
      await api.stop();
      const started = api.start();
      try { await fetch(api.url); } finally { await started; }
    });`,
  'call.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'));
    const seeded = api.remote.seed();
    test('awaits what was called while the file loads', async () => { await seeded; });
    test('calls behind its stop', async () => { await api.stop(); await api.remote.seed(); });`,
  'retried.test.js': `
    const { useController } = require('jest-controller');
    jest.retryTimes(2);
    describe('a client', () => {
      const api = useController(() => import('./api'));
      const base = api.url;
      test('asks', async () => { await fetch(base + '/users'); });
      test('asks again', async () => { await fetch(base + '/users'); });
    });`,
  'retried-block.test.js': `
    const { useController } = require('jest-controller');
    describe('a client', () => {
      jest.retryTimes(1, { entireDescribe: true });
      const api = useController(() => import('./api'));
      const base = api.url;
      test('asks', async () => { await fetch(base + '/users'); });
    });`,
  'own.js': `
    const { createServer } = require('node:http');
    const { Controller } = require('jest-controller');
    exports.Own = class Own extends Controller {
      first = this.url;
      constructor(...args) { super(...args); this.second = this.port; }
      third() { return this.address; }
      factory() { return createServer((request, response) => response.end()); }
    };`,
  'by-hand.test.js': `
    const { Own } = require('./own');
    const outside = new Own();
    const base = outside.url;
    beforeAll(() => outside.start());
    afterAll(() => outside.stop());
    test('never starts', async () => { await fetch(new Own().url); });
    test('does not await', async () => { const own = new Own(); const started = own.start(); try { await fetch(own.url); } finally { await started; await own.stop(); } });
    test('has stopped', async () => { const own = await new Own().start(); await own.stop(); await fetch(own.url); });
    test('reads it outside', async () => { await fetch(base); });
    test('has all in time', async () => { await fetch(outside.url); throw new Error('no events'); });`,
  'by-class.test.js': `
    const { Own } = require('./own');
    const own = new Own();
    test('fails by itself', () => { own.third(); throw new Error('no events'); });`,
  'broken.js': `
    throw new Error('no key');`,
  'failed.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./broken'));
    const options = {};
    beforeAll(() => { options.base = api.url; });
    test('asks', async () => { await fetch(options.base + '/users'); });`,
  'fails.js': `
    const { Controller } = require('jest-controller');
    exports.Fails = class Fails extends Controller {
      factory() { throw new Error('no key'); }
    };`,
  'failed-by-hand.test.js': `
    const { Fails } = require('./fails');
    const fails = new Fails();
    test('goes on', async () => {
      await fails.start().catch(() => undefined);
      await fetch(fails.url);
    });`,
  'fine.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./api'), { hostname: '127.0.0.1' });
    const { state, hostname } = api;
    require('node:util').inspect(api);
    beforeAll(() => expect(api.url).toContain(hostname));
    test('stopped', async () => { await api.stop(); expect(api.url).toBe(state); });`,
});

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');

test('where it was read, and what it was', () => {
  expect(failure('block.test.js', 'a client asks')).toMatch(
    /api had not been started when its `url`, null until then, was read at \S*block\.test\.js:5:\d+\. Read it in tests, and in hooks below useController\(\)\. To tell another controller, make its options by a function in useControllers\(\)\.\n/,
  );
});

test('is told once', () => {
  expect(failure('block.test.js', 'a client asks again')).not.toContain('had not been started');
});

test.each(['retried.test.js', 'retried-block.test.js'])('is told by the last try of %s, whose errors Jest shows', (file) => {
  expect(failure(file, 'a client asks').match(/had not been started/g)).toHaveLength(1);
});

test('in a hook above useController, too', () => {
  expect(failure('hook.test.js', 'compares')).toMatch(
    /api had not been started when its `port`, 0 until then, was read at \S*hook\.test\.js:5:\d+\./,
  );
});

test('what is known before the start, or was read after it, is no matter', () => {
  expect(failure('fine.test.js', 'stopped')).not.toContain('had not been started');
});

test('is told to a test of the block that read it', () => {
  expect(failure('blocks.test.js', 'one fails for another reason')).not.toContain('had not been started');
  expect(failure('blocks.test.js', 'two inside asks')).toMatch(
    /api had not been started when its `url`, null until then, was read at \S*blocks\.test\.js:8:\d+\./,
  );
});

test('the same line is named once, whichever server it has read', () => {
  expect(failure('twice.test.js', 'client 1 asks').match(/had not been started/g)).toHaveLength(1);
});

test.each([
  ['a hook has stopped', 'a block asks again', 10],
  ['was stopped with its block', 'asks behind the block', 13],
])('of a server that %s, the test that read it is told', (_why, name, line) => {
  expect(failure('stopped.test.js', name)).toMatch(
    new RegExp(
      `api had been stopped when its \`url\`, null since then, was read at \\S*stopped\\.test\\.js:${line.toString()}:\\d+\\. ` +
        'It runs until its block is over or stop\\(\\) is called; restart\\(\\) starts it again\\.\n',
    ),
  );
});

test.each([
  ['stops', 'was being stopped when its `url`, null since then, was read at', 'Await stop(), and restart(), which starts it again.'],
  ['restarts', 'was being stopped when its `url`, null since then, was read at', 'Await stop(), and restart(), which starts it again.'],
  ['starts', 'was being started when its `url`, null until then, was read at', 'Await start() and restart().'],
])('a test that %s it and reads before that is done is told to wait', (name, said, remedy) => {
  expect(failure('not-awaited.test.js', name)).toContain(`api ${said} `);
  expect(failure('not-awaited.test.js', name)).toContain(remedy);
});

test.each([
  ['never starts', '`url`, null until then, was read', 7, 'Await start() first.'],
  ['does not await', '`url`, null until then, was read', 8, 'Await start() and restart().'],
  ['has stopped', '`url`, null since then, was read', 9, 'Read it before, or start it again.'],
])('a test that makes its own and %s is told so', (name, said, line, remedy) => {
  const shown = failure('by-hand.test.js', name);
  expect(shown).toMatch(new RegExp(`Own (had|was) [a-z ]+ when its ${said} at \\S*by-hand\\.test\\.js:${line.toString()}:\\d+\\. `));
  expect(shown).toContain(remedy);
});

test.each([
  ['failed.test.js', 'asks', 'broken', 5],
  ['failed-by-hand.test.js', 'goes on', 'Fails', 6],
])(
  'of a server whose start has failed, a test of %s is told that, and not that somebody has stopped it',
  (file, name, controller, line) => {
    const shown = failure(file, name);
    expect(shown).toMatch(
      new RegExp(
        `${controller} had failed to start when its \`url\`, null since then, was read at \\S*${file}:${line.toString()}:\\d+\\. The error of its start says why\\.\n`,
      ),
    );
    expect(shown).not.toContain('had been stopped');
  },
);

test('what was read outside tests of such is told once', () => {
  const told = /Own had not been started when its `url`, null until then, was read at \S*by-hand\.test\.js:4:\d+\./;
  const names = Object.keys(outcome().statuses('by-hand.test.js'));
  expect(names.filter((name) => told.test(failure('by-hand.test.js', name)))).toHaveLength(1);
  expect(failure('by-hand.test.js', 'has all in time')).not.toContain('was read');
});

test('what the class itself reads of its twin, which never runs, is no matter', () => {
  expect(failure('by-class.test.js', 'fails by itself')).toContain('no events');
  expect(failure('by-class.test.js', 'fails by itself')).not.toContain('was read');
});

test('that is not told to other tests, nor where it has been started again', () => {
  expect(outcome().test('stopped.test.js', 'a block expects none').status).toBe('passed');
  expect(failure('stopped.test.js', 'a block fails by itself')).not.toContain('had been stopped');
  expect(failure('stopped.test.js', 'a block has it again')).not.toContain('had been stopped');
});

test('a call of that kind says where to call', () => {
  expect(failure('call.test.js', 'awaits what was called while the file loads')).toContain(
    'api has not been started yet, so nothing on its server side can be called. Start it first; where useController() does, ' +
      "call in tests and in hooks below it; not in beforeAll under { scope: 'test' }.",
  );
  expect(failure('call.test.js', 'calls behind its stop')).toContain('api is not running, so nothing on its server side can be called.');
});
