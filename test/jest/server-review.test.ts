/**
 * A failing test is told of servers that have closed by themselves, or have answered with errors.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const FILES = {
  'shop.js': `
    const { createServer } = require('http');
    const express = require('express');
    const items = express.Router();
    items.get('/:id', ({ params }) => { console.log('looked for ' + params.id); if (params.id !== '1') throw new Error('no item ' + params.id); });
    const app = express();
    app.use('/items', items);
    app.get('/busy', (request, response) => response.status(503).send('busy'));
    app.get('/fine', (request, response) => response.send('fine'));
    app.get('/close', (request, response) => { response.set('connection', 'close').on('close', () => server.close()).end(); });
    const server = createServer(app);
    module.exports = server;`,
  'shop.test.js': `
    const { once } = require('events');
    const { useController } = require('jest-controller');
    const shop = useController(() => import('./shop'));
    const status = async (path) => (await fetch(shop.url + path)).status;
    test('passes', async () => { expect(await status('/items/2')).toBe(500); });
    test('meets an error', async () => { expect(await status('/items/3?all')).toBe(200); });
    test('meets two', async () => { expect([await status('/items/4'), await status('/busy')]).toEqual([200, 200]); });
    test('meets none', async () => { expect(await status('/fine')).toBe(201); });
    describe('with a hook', () => {
      beforeAll(async () => { expect(await status('/items/6')).toBe(200); });
      test('one', () => undefined);
      test('two', () => undefined);
    });
    describe('a request', () => {
      // The limit of the test does not begin before the server has it.
      beforeEach(async () => { fetch(shop.url + '/items/1').catch(() => {}); await shop.waitForLog('looked for 1'); });
      test('gets no answer', () => new Promise(() => {}), 200);
    });
    test('is left alone', async () => {
      await status('/close');
      await shop.waitFor(async () => !(await shop.server.listening));
      await fetch(shop.url + '/fine');
    });
  `,
  'strict.test.js': `
    const { useController } = require('jest-controller');
    const shop = useController(() => import('./shop'), { onServerError: 'fail-test' });
    test('meets an error', async () => { expect((await fetch(shop.url + '/items/5')).status).toBe(200); });
  `,
  'gone.js': `
    const server = require('http').createServer();
    module.exports = server.on('listening', () => server.close());`,
  'gone.test.js': `
    const { useController } = require('jest-controller');
    const gone = useController(() => import('./gone'));
    test('is left alone', async () => { await fetch(gone.url); });
    test('stops it', async () => { await gone.stop(); throw new Error('of its own'); });
  `,
  'jobs.js': `
    const waiting = {}; const hangUp = (...urls) => urls.forEach((url) => waiting[url]?.destroy());
    process.on('uncaughtException', () => hangUp('/late', '/bare')).on('unhandledRejection', () => hangUp('/rejects'));
    module.exports = (request, response) => { waiting[request.url] = response;
      if (request.url === '/late') setImmediate(() => { throw new TypeError('no job'); });
      if (request.url === '/rejects') Promise.reject(new RangeError('no such job'));
      if (request.url === '/bare') setImmediate(() => { throw 'no error'; });
      if (request.url === '/fine') response.end();
    };`,
  'jobs.test.js': `
    const { useController } = require('jest-controller');
    const jobs = useController(() => import('./jobs'));
    const ask = (path) => fetch(jobs.url + path);
    test('passes', async () => { await expect(ask('/rejects')).rejects.toThrow(); });
    test('gets no answer', () => ask('/late'));
    test('meets two', async () => { for (const path of ['/rejects', '/bare']) await ask(path).catch(() => {}); throw new Error('of its own'); });
    test('meets none', async () => { await ask('/fine'); throw new Error('of its own'); });
    test('stops it', async () => { await ask('/late').catch(() => {}); await jobs.stop(); throw new Error('of its own'); });
  `,
  'shop.controller.js': `
    const { Controller } = require('jest-controller');
    exports.ShopController = class ShopController extends Controller {
      factory() { return require('./shop'); }
    };`,
  'own.test.js': `
    const { ShopController } = require('./shop.controller');
    jest.mock('./shop', () => ({}));
    let shop;
    const status = async (path) => (await fetch(shop.url + path)).status;
    beforeEach(async () => { shop = await new ShopController('127.0.0.1', 0, { stopTimeout: 0 }).start(); });
    afterEach(async () => { jest.useRealTimers(); await shop.stop(); });
    test('passes', async () => { expect(await status('/items/7')).toBe(500); });
    test('meets an error', async () => { expect(await status('/items/8')).toBe(200); });
    test('has a clock of its own', () => { jest.useFakeTimers(); throw new Error('too late'); });
    test('is left alone', async () => {
      await status('/close');
      await shop.waitFor(async () => !(await shop.server.listening));
      await fetch(shop.url + '/fine');
    });
    describe('a request', () => {
      beforeEach(async () => { fetch(shop.url + '/items/1').catch(() => {}); await shop.waitForLog('looked for 1'); });
      test('gets no answer', () => new Promise(() => {}), 200);
    });
  `,
  'finally.test.js': `
    const { ShopController } = require('./shop.controller');
    const shop = new ShopController();
    const served = async (path) => {
      await shop.start();
      try { expect((await fetch(shop.url + path)).status).toBe(200); } finally { await shop.stop(); }
    };
    test('meets an error', () => served('/items/9'));
    test('meets none', async () => { await served('/fine'); throw new Error('of its own'); });
    test('meets one a server', async () => {
      await expect(served('/items/10')).rejects.toThrow('200');
      await shop.start();
      try { expect((await fetch(shop.url + '/items/11')).status).toBe(200); } finally { await shop.stop(); }
    });
    test('meets one before it starts it again', async () => {
      await expect(served('/items/12')).rejects.toThrow('200');
      await shop.start();
      throw new Error('of its own');
    });
    afterEach(() => shop.stop());
  `,
};

const outcome = ranBefore(FILES);

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');
const OPTION = "If an error is behind that, the option `onServerError: 'fail-test'` shows it.";
const CLOSED = 'does not listen any more, and nothing in the test has stopped it: look for what closes the server.';

test('an answer of 500 or more is named, by the request as it came, with what it says and the option that shows its error', () => {
  const told = failure('shop.test.js', 'meets an error');
  expect(told).toMatch(/shop answered GET \/items\/3\?all with 500 \(Error: no item 3 at \S*shop\.js:5:\d+\)\. /);
  expect(told).toContain(OPTION);
  expect(failure('shop.test.js', 'meets two')).toMatch(
    /shop answered GET \/items\/4 with 500 \(Error: no item 4 .*, GET \/busy with 503 \(busy\)\. /,
  );
});

test('those of other tests are no matter, and neither are good answers', () => {
  expect(failure('shop.test.js', 'meets an error')).not.toContain('/items/2');
  expect(failure('shop.test.js', 'meets none')).not.toContain('answered');
});

test('what a beforeAll hook has met is named with each test that fails for it', () => {
  for (const name of ['with a hook one', 'with a hook two']) {
    expect(failure('shop.test.js', name)).toMatch(/shop answered GET \/items\/6 with 500 \(Error: no item 6 [^]*\| looked for 6\n/);
  }
  expect(failure('shop.test.js', 'with a hook one')).not.toContain('/items/4');
  expect(failure('shop.test.js', 'a request gets no answer')).not.toContain('looked for 6');
});

test('an error that nothing caught, and that a handler of its own has kept to itself, is named with its line', () => {
  const goesOn = 'jobs goes on after what nothing on its side caught, since a handler of its own was given it: ';
  for (const name of ['gets no answer', 'stops it']) {
    const told = failure('jobs.test.js', name);
    expect(told).toMatch(new RegExp(`${goesOn}TypeError: no job at .*jobs\\.js:5:\\d+\\)?\\.\n`));
    expect(told.split(goesOn)).toHaveLength(2);
  }
  expect(failure('jobs.test.js', 'gets no answer')).not.toContain('no such job');
  expect(failure('jobs.test.js', 'meets two')).toMatch(/RangeError: no such job at .*jobs\.js:6:\d+\)?, .*no Error: 'no error' \(string\)/);
  expect(failure('jobs.test.js', 'meets none')).not.toContain('goes on');
});

test('the option itself shows the error, and that is all', () => {
  expect(failure('strict.test.js', 'meets an error')).toContain('no item 5');
  expect(failure('strict.test.js', 'meets an error')).not.toContain(OPTION);
});

test('a request behind a router that has no answer is named as it came', () => {
  expect(failure('shop.test.js', 'a request gets no answer')).toContain('shop had not answered: GET /items/1\n');
});

test('a server that has closed by itself is named', () => {
  expect(failure('shop.test.js', 'is left alone')).toContain(`shop ${CLOSED}`);
  expect(failure('gone.test.js', 'is left alone')).toContain(`gone ${CLOSED}`);
});

test('one that the test has stopped is not', () => {
  expect(failure('gone.test.js', 'stops it')).not.toContain('listen any more');
});

test('nothing of it is lost when a hook of the test stops the server', () => {
  const told = failure('own.test.js', 'meets an error');
  expect(told).toMatch(/ShopController answered GET \/items\/8 with 500 \(Error: no item 8 /);
  expect(told).not.toContain('/items/7');
  expect(told).toContain("has loaded the real './shop'");
  expect(failure('own.test.js', 'is left alone')).toContain(`ShopController ${CLOSED}`);
  expect(failure('own.test.js', 'has a clock of its own')).toContain('The test has a fake clock, by jest.useFakeTimers()');
  expect(failure('own.test.js', 'a request gets no answer')).toContain('ShopController had not answered: GET /items/1');
});

test('nor when the test itself stops it', () => {
  const told = failure('finally.test.js', 'meets an error');
  expect(told).toMatch(/ShopController answered GET \/items\/9 with 500 \(Error: no item 9 /);
  expect(told.split('answered GET')).toHaveLength(2);
  expect(failure('finally.test.js', 'meets none')).not.toContain('answered');
});

test('and those of each server of the test are named, whether one runs when it fails or not', () => {
  expect(failure('finally.test.js', 'meets one a server')).toMatch(/answered GET \/items\/10 with 500 \(.*\), GET \/items\/11 with 500 \(/);
  expect(failure('finally.test.js', 'meets one before it starts it again')).toMatch(/answered GET \/items\/12 with 500 \([^,]*\)\. /);
});
