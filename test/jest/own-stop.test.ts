/**
 * A class may have a stop() of its own. One that was meant for something else stops nothing; its server is stopped all the same.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const outcome = ranBefore({
  'own.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    class Base extends Controller { factory() { return createServer(); } }
    exports.Silent = class Silent extends Base { stop() { this.server?.close(); } };
    exports.Telling = class Telling extends Base { stop() { return Promise.resolve('stopped'); } };
    exports.Failing = class Failing extends Base { stop() { throw new RangeError('no application here'); } };
    exports.Whole = class Whole extends Base { async stop() { await super.stop(); return 'stopped'; } };`,
  'own.test.js': `
    const { connect } = require('node:net');
    const { once } = require('node:events');
    const { useController } = require('jest-controller');
    const { Silent, Telling, Failing, Whole } = require('./own');
    const ports = {};
    for (const Class of [Silent, Telling, Whole]) {
      describe(Class.name, () => {
        const server = useController(Class);
        test('runs', () => { ports[Class.name] = server.port; });
      });
    }
    test.each(['Silent', 'Telling', 'Whole'])('%s is stopped', async (name) => {
      const socket = connect(ports[name], '127.0.0.1');
      const connected = once(socket, 'connect').finally(() => socket.destroy());
      await expect(connected).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });`,
  'failing.test.js': `
    const { useController } = require('jest-controller');
    const { Failing } = require('./own');
    useController(Failing);
    test('runs', () => undefined);`,
  'fatal.test.js': `
    const { useController } = require('jest-controller');
    const { Silent } = require('./own');
    useController(Silent, { leaks: 'fail' });
    test('runs', () => undefined);`,
});

const told = (name: string): RegExp =>
  new RegExp(
    `${name} \\(made at \\S*own\\.test\\.js:9:\\d+\\) has a stop\\(\\) of its own, which has not stopped it\\. ` +
      "Let it return super\\.stop\\(\\), or name it close\\(\\) if it is to run beside the server, or set the option `leaks` to 'ignore'\\.\\n",
  );

test('a server whose stop() does something else is stopped', () => {
  expect(outcome().statuses('own.test.js')).toMatchObject({
    'Silent is stopped': 'passed',
    'Telling is stopped': 'passed',
    'Whole is stopped': 'passed',
  });
  expect(outcome().fileFailure('own.test.js')).toBe('');
});

test('it is told of', () => {
  expect(outcome().output).toMatch(told('Silent'));
  expect(outcome().output).toMatch(told('Telling'));
});

test('one that stops it is no matter', () => {
  expect(outcome().output).not.toContain('Whole (made at');
  expect(outcome().output).not.toContain('was still running');
});

test('what it throws fails the file', () => {
  expect(outcome().fileFailure('failing.test.js')).toContain('no application here');
});

test("under leaks: 'fail' it fails the file", () => {
  expect(outcome().fileFailure('fatal.test.js')).toContain('has a stop() of its own, which has not stopped it');
});
