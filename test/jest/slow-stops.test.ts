/**
 * Stops at the end of a test or block that wait for clients: said once a file, with a way out.
 */
import { expect, jest, test } from '@jest/globals';
import type { TrackedController } from '../../src/controller/surroundings';
import { SlowStops } from '../../src/jest/report/slow-stops';
import type { Warnings } from '../../src/jest/report/warnings';
import { ranBefore } from './run-jest';

const STREAMS = `
  exports.Streams = class Streams extends require('jest-controller').Controller {
    factory() {
      return require('node:http').createServer((request, response) => {
        response.write('data: 1\\n\\n');
        if (request.url !== '/stream') response.end();
      });
    }
    spin() { setImmediate(() => { for (;;); }); }
  };`;
const READS = `
  const { get } = require('node:http');
  const read = (url) => new Promise((resolve) => get(url, (response) => response.once('data', resolve).on('error', () => {})));`;

const outcome = ranBefore({
  'streams.js': STREAMS,
  'slow.test.js': `
    const { useController } = require('jest-controller');
    const { Streams } = require('./streams');
    const streams = useController(Streams, { scope: 'test', stopTimeout: 300 });
    ${READS}
    test('leaves a stream', () => read(streams.url + '/stream'));
    test('leaves two', () => Promise.all([read(streams.url + '/stream'), read(streams.url + '/stream')]));
    test('leaves none', () => read(streams.url));`,
  'quick.test.js': `
    const { useController } = require('jest-controller');
    const { Streams } = require('./streams');
    const quick = useController(Streams, { stopTimeout: 0 });
    const quiet = useController(Streams, { stopTimeout: 300, leaks: 'ignore' });
    ${READS}
    test('leaves a stream at each', () => Promise.all([read(quick.url + '/stream'), read(quiet.url + '/stream')]));`,
  'busy.test.js': `
    const { useController } = require('jest-controller');
    const { Streams } = require('./streams');
    const busy = useController(Streams, { stopTimeout: 50 });
    test('leaves it in a loop', async () => { await busy.remote.spin(); });`,
  'configured.test.js': `
    /** @jest-environment-options {"controllers":{"feed":{"module":"./streams","stopTimeout":300}}} */
    ${READS}
    test('leaves a stream', () => read(controllers.feed.url + '/stream'));`,
});

test('name the server, the request that had not ended, and the option', () => {
  expect(outcome().code).toBe(0);
  const slow =
    /jest-controller \(2 times the same\): The stop of Streams \(made at .*slow\.test\.js:4:21\) waited \d+ ms for clients before it cut them off: GET \/stream had not ended\. .*`stopTimeout`/;
  expect(outcome().output).toMatch(slow);
});

test('of a configured server are told, too', () => {
  expect(outcome().output).toMatch(/The stop of feed .*waited \d+ ms/);
});

test('of a server that was ended by force say so, and why', () => {
  expect(outcome().output).toMatch(
    /The stop of Streams \(made at .*busy\.test\.js:4:18\) waited \d+ ms and then ended it by force, .* busy\./,
  );
});

test('are not told where nobody waited, nor where leaks are ignored', () => {
  const told = [...outcome().output.matchAll(/The stop of (\w+) (?:\(made at .*?(\w+)\.test\.js)?/g)];
  expect([...new Set(told.map(([, name, file]) => [name, file].join(' ').trim()))].sort()).toStrictEqual([
    'Streams busy',
    'Streams slow',
    'feed',
  ]);
});

test('are those that had to cut or force: a slow one after them that ended in order is none', async () => {
  const add = jest.fn();
  const slowStops = new SlowStops({ add } as unknown as Warnings);
  const quiet = { forced: false, ms: 900, rung: 'closed', cut: [], timers: [], handles: [] };
  const cut = { ...quiet, forced: true, rung: 'cut', cut: [{ peer: '127.0.0.1:1', protocol: 'tcp', bytes: 0, age: 1 }] };
  for (const report of [quiet, cut, quiet]) {
    const controller = { name: 'Api', madeAt: null, leaks: 'warn', stop: () => Promise.resolve(report) };
    await slowStops.noted(controller as unknown as TrackedController).stop();
  }
  expect(add.mock.calls).toEqual([[expect.stringContaining('waited 900 ms for clients'), null]]);
});

test('are told apart where one waited for clients and another for a busy loop', async () => {
  const add = jest.fn();
  const slowStops = new SlowStops({ add } as unknown as Warnings);
  const cut = {
    forced: true,
    ms: 900,
    rung: 'cut',
    cut: [{ peer: '127.0.0.1:1', protocol: 'tcp', bytes: 0, age: 1 }],
    timers: [],
    handles: [],
  };
  for (const report of [{ ...cut, rung: 'terminated', cut: [] }, cut, { ...cut, ms: 800 }]) {
    const controller = { name: 'Api', madeAt: null, leaks: 'warn', stop: () => Promise.resolve(report) };
    await slowStops.noted(controller as unknown as TrackedController).stop();
  }
  const clients = expect.stringContaining('waited 900 ms for clients');
  expect(add.mock.calls).toEqual([
    [expect.stringContaining('its event loop was busy'), null],
    [clients, null],
    [clients, null],
  ]);
});
