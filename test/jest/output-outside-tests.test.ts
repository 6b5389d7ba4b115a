/**
 * What a server wrote to stderr outside any test, as a failing test shows it: an error that a start went on from is behind what fails later.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const outcome = ranBefore({
  'sockets.js': `
    console.log('mapped /events');
    console.error('listen EADDRINUSE :::8080');
    module.exports = (request, response) => { console.error('asked for ' + request.url); response.end(); };`,
  'started.test.js': `
    const { useController } = require('jest-controller');
    const sockets = useController(() => import('./sockets'));
    beforeAll(async () => { await fetch(sockets.url + '/seed'); });
    test('passes', async () => { await fetch(sockets.url + '/passing'); });
    test('fails first', async () => { await fetch(sockets.url + '/first'); throw new Error('no events'); });
    test('fails later', async () => { await fetch(sockets.url + '/later'); throw new Error('no events'); });
    describe('a block of its own', () => {
      const own = useController(() => import('./sockets'));
      test('fails without a line', () => { throw new Error('no events'); });
    });`,
  'retried.test.js': `
    const { useController } = require('jest-controller');
    jest.retryTimes(2, { retryImmediately: true });
    const sockets = useController(() => import('./sockets'));
    test('fails three times', async () => { await fetch(sockets.url + '/first'); throw new Error('no events'); });
    test('fails later', () => { throw new Error('no events'); });`,
  'retried-block.test.js': `
    const { useController } = require('jest-controller');
    describe('a block', () => {
      jest.retryTimes(1, { entireDescribe: true });
      const sockets = useController(() => import('./sockets'));
      let tries = 0;
      beforeAll(async () => { await fetch(sockets.url + '/seed'); if (++tries === 1) throw new Error('no seed'); });
      test('fails', async () => { await fetch(sockets.url + '/first'); throw new Error('no events'); });
    });`,
  'unasked.test.js': `
    const { useController } = require('jest-controller');
    const silent = useController(() => import('./sockets'), { logs: 'silent' });
    test('fails', () => { throw new Error('no events'); });`,
  'never-started.test.js': `
    const { useController } = require('jest-controller');
    const { Failing } = require('./failing-aloud');
    describe('a block', () => {
      useController(Failing);
      test('is not reached', () => undefined);
      test('nor is this one', () => undefined);
    });
    test('fails later', () => { throw new Error('no events'); });`,
  'other-block.test.js': `
    const { useController } = require('jest-controller');
    const ofFile = useController(() => import('./sockets'));
    describe('a block', () => {
      const own = useController(() => import('./sockets'));
      beforeAll(async () => { await fetch(own.url + '/own'); await fetch(ofFile.url + '/shared'); });
      test('passes', () => undefined);
    });
    test('fails', () => { throw new Error('no events'); });`,
  'failing-aloud.js': `
    const { Controller } = require('jest-controller');
    exports.Failing = class Failing extends Controller { factory() { console.error('the stove is cold'); throw new TypeError('no kitchen'); } };`,
  'afterthought.js': `
    const { existsSync } = require('node:fs');
    const { MARK } = process.env;
    module.exports = (request, response) => {
      response.end();
      if (request.url !== '/marked') return;
      while (!existsSync(MARK));
      for (const seen = Date.now(); Date.now() < seen + 2;);
      console.error('told after the answer');
    };`,
  'marking-environment.js': `
    const { writeFileSync } = require('node:fs');
    const { TestEnvironment } = require('jest-controller/environment');
    module.exports = class extends TestEnvironment {
      async handleTestEvent(event, state) {
        if (event.name === 'test_done') writeFileSync(__dirname + '/mark', '');
        await super.handleTestEvent(event, state);
      }
    };`,
  'afterthought.test.js': `
    /** @jest-environment ./marking-environment.js */
    const { useController } = require('jest-controller');
    const api = useController(() => import('./afterthought'), { env: { ...process.env, MARK: __dirname + '/mark' } });
    test('passes', async () => { await fetch(api.url + '/marked'); });
    test('fails', async () => { await fetch(api.url); throw new Error('no events'); });`,
});

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');

test('is shown by the first test that fails, apart from what was written during it', () => {
  expect(failure('started.test.js', 'fails first')).toMatch(
    new RegExp(
      [
        /^Error: no events\n\n/,
        /Output of sockets to stderr outside any test:\n {2}\| listen EADDRINUSE :::8080\n {2}\| asked for \/seed\n\n/,
        /Output of sockets during this test:\n {2}\| asked for \/first\n/,
      ]
        .map(({ source }) => source)
        .join(''),
    ),
  );
});

test('is shown once, without what other tests are about', () => {
  const later = failure('started.test.js', 'fails later');
  expect(later).toContain('Output of sockets during this test:\n  | asked for /later\n');
  expect(later).not.toMatch(/outside any test|EADDRINUSE|passing/);
});

test('is shown by the last try of a test, whose errors Jest shows', () => {
  const last = failure('retried.test.js', 'fails three times');
  expect(last).toContain('Output of sockets to stderr outside any test:\n  | listen EADDRINUSE :::8080\n\n');
  expect(last.match(/asked for/g)).toHaveLength(1);
  expect(failure('retried.test.js', 'fails later')).not.toContain('EADDRINUSE');
});

test('is no part of a test whose block was tried again, for which a hook of the first try had failed', () => {
  expect(failure('retried-block.test.js', 'a block fails')).toContain('Output of sockets during this test:\n  | asked for /first\n');
});

test('is shown where the test itself made the server write nothing', () => {
  expect(failure('started.test.js', 'a block of its own fails without a line')).toMatch(
    /no events\n\nOutput of sockets to stderr outside any test:\n {2}\| listen EADDRINUSE :::8080\n\s+at /,
  );
});

test('is not what a server wrote when it had answered a test, which was over by then', () => {
  expect(outcome().statuses('afterthought.test.js')).toStrictEqual({ passes: 'passed', fails: 'failed' });
  expect(failure('afterthought.test.js', 'fails')).not.toContain('told after the answer');
});

test('is not shown of a server that is to be silent, nor twice where a start failed', () => {
  expect(failure('unasked.test.js', 'fails')).not.toContain('EADDRINUSE');
  expect(failure('never-started.test.js', 'a block is not reached').match(/the stove is cold/g)).toHaveLength(1);
});

test('is not shown by a later test where a start failed, whose own tests have shown it', () => {
  expect(failure('never-started.test.js', 'a block nor is this one')).toContain('the stove is cold');
  expect(failure('never-started.test.js', 'fails later')).not.toContain('the stove is cold');
});

test('is not what the server of a block wrote that is over, unlike one that the failing test has, too', () => {
  const failed = failure('other-block.test.js', 'fails');
  expect(failed).toContain('Output of sockets to stderr outside any test:\n  | listen EADDRINUSE :::8080\n  | asked for /shared\n\n');
  expect(failed).not.toContain('/own');
});
