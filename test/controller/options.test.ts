import { afterEach, describe, expect, test } from '@jest/globals';
import { MessageChannel } from 'node:worker_threads';
import { ControllerError, InvalidOptionError, ProcessLoop, ThreadLoop, transfer, type Controller } from 'jest-controller';
import { SETTINGS } from '../../src/controller/internals';
import { EchoController } from '../fixtures/controllers/echo';
import { DataController } from '../fixtures/controllers/with-data';
import { thrown } from './made';

const READY = 'JEST_CONTROLLER_READY_TIMEOUT';
const LOGS = 'JEST_CONTROLLER_LOGS';

afterEach(() => {
  delete process.env[READY];
  delete process.env[LOGS];
});

/** Whatever a JavaScript caller may write. */
function make(hostname?: unknown, port?: unknown, options?: unknown): Controller & { readonly [SETTINGS]: unknown } {
  return new EchoController(hostname as string, port as number, options as object) as never;
}

function refused(option: string, ...args: Parameters<typeof make>): string {
  const error = thrown(() => make(...args));
  expect(error).toBeInstanceOf(InvalidOptionError);
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toBeInstanceOf(ControllerError);
  expect(error).toMatchObject({ name: 'InvalidOptionError', code: 'ERR_INVALID_OPTION', option });
  return error.message;
}

describe('the constructor', () => {
  test('has the documented defaults', () => {
    expect(make()).toMatchObject({
      hostname: '127.0.0.1',
      port: 0,
      readyTimeout: 5000,
      loadTimeout: 60_000,
      stopTimeout: 1000,
      data: undefined,
      state: 'idle',
    });
    expect(make().loop).toBeInstanceOf(ThreadLoop);
  });

  test.each([[-1], [65_536], [1.5], ['80a'], ['80'], [true], [null], [Number.NaN], [Infinity], [{}]])('refuses the port %p', (port) => {
    const message = refused('port', '127.0.0.1', port);
    expect(message).toContain('0 to 65535');
    expect(message).toContain(port === null ? 'null' : typeof port);
  });

  test.each([[null], [0], [{}], [['127.0.0.1']]])('refuses the hostname %p', (hostname) => {
    expect(refused('hostname', hostname)).toContain('a string');
  });

  test('says where the options come, to whoever gives them first', () => {
    expect(refused('hostname', { port: 0 })).toContain('a string (the options come third, after the port), got { port: 0 }');
    expect(refused('hostname', 0)).toContain('a string, got 0');
  });

  test('says how a loop is made, to whoever gives its class', () => {
    expect(refused('loop', undefined, undefined, { loop: ProcessLoop })).toContain('`new ProcessLoop()`, got [class ProcessLoop');
  });

  test.each([[null], [42], ['fast'], [[]]])('refuses %p for options', (options) => {
    expect(refused('options', undefined, undefined, options)).toContain('an object');
  });

  test('refuses an unknown option and lists the known ones', () => {
    const message = refused('readyTimout', undefined, undefined, { readyTimout: 5 });
    expect(message).toContain('readyTimout');
    expect(message).toContain('readyTimeout, loadTimeout, stopTimeout');
  });

  test('takes an undefined option for one that is not there', () => {
    const nothing = Object.fromEntries(
      [
        'readyTimeout',
        'loadTimeout',
        'stopTimeout',
        'loop',
        'data',
        'path',
        'mocks',
        'logs',
        'env',
        'preload',
        'leaks',
        'onServerError',
      ].map((name) => [name, undefined]),
    );
    expect(make(undefined, undefined, nothing).readyTimeout).toBe(5000);
  });

  describe.each(['readyTimeout', 'loadTimeout', 'stopTimeout'])('for %s', (option) => {
    test.each([[Number.NaN], [Infinity], [-1], ['5s'], ['5000'], [2 ** 31], [null], [true], [5n]])('refuses %p', (value) => {
      const message = refused(option, undefined, undefined, { [option]: value });
      expect(message).toContain('milliseconds');
      expect(message).toContain(value === null ? 'null' : typeof value);
    });

    test('takes fractions and the longest of all', () => {
      expect(make(undefined, undefined, { [option]: 0.5 })).toMatchObject({ [option]: 0.5 });
      expect(make(undefined, undefined, { [option]: 2 ** 31 - 1 })).toMatchObject({ [option]: 2 ** 31 - 1 });
    });
  });

  test('takes 0 for stopTimeout only', () => {
    expect(make(undefined, undefined, { stopTimeout: 0 }).stopTimeout).toBe(0);
    refused('readyTimeout', undefined, undefined, { readyTimeout: 0 });
    refused('loadTimeout', undefined, undefined, { loadTimeout: 0 });
  });

  test.each([
    ['loop', {}],
    ['loop', 'thread'],
    ['loop', null],
    ['loop', ThreadLoop],
    ['path', ''],
    ['path', 7],
    ['mocks', []],
    ['mocks', { './mailer': 7 }],
    ['mocks', null],
    ['logs', 'loud'],
    ['env', 'A=1'],
    ['env', { A: 1 }],
    ['preload', 'addon'],
    ['preload', [1]],
    ['leaks', true],
    ['onServerError', 'fail'],
  ])('refuses a wrong %s: %p', (option, value) => {
    expect(refused(option, undefined, undefined, { [option]: value })).toMatch(/Expected .* got /);
  });

  test('says who takes a function of the other controllers', () => {
    const make = () => ({});
    expect(refused('data', undefined, undefined, { data: make })).toMatch(/ useControllers\(\) alone takes a function, to which/);
    expect(refused('env', undefined, undefined, { env: make })).toMatch(
      /\(a function of the other controllers in useControllers\(\) alone\), got/,
    );
    expect(refused('data', undefined, undefined, { data: Promise.resolve() })).toMatch(/data is a Promise, .* await in factory\(\)\./);
  });

  test('shows only the wrong variables of an environment, as the others may be secrets', () => {
    const message = refused('env', undefined, undefined, { env: { ...process.env, TOKEN: 's3cret', PORT: 0, DEBUG: true } });
    expect(message).toBe('Expected `env` to be an object of strings, got { PORT: 0, DEBUG: true } (object).');
  });

  test('says of a factory function, as jest.mock() takes one, that a module replaces a module', () => {
    const message = refused('mocks', undefined, undefined, { mocks: { './mailer': () => ({}) } });
    expect(message).toContain("an object of the modules that replace others, such as { './mailer': './fakes/mailer' }");
  });

  test('refuses a path beside a hostname or a port', () => {
    expect(refused('path', '127.0.0.1', undefined, { path: '/tmp/x.sock' })).toContain('hostname and port');
    refused('path', undefined, 0, { path: '/tmp/x.sock' });
  });

  test.each([
    [{ a: { b: [1, () => undefined] } }, 'data.a.b[1]'],
    [{ map: new Map([['key', Symbol('x')]]) }, 'data.map'],
    [() => undefined, 'data'],
    [{ when: new WeakMap() }, 'data.when'],
  ])('names the place of what cannot be cloned in data', (data, place) => {
    expect(refused('data', undefined, undefined, { data })).toContain(place);
  });

  test('refuses data of which a part is to be moved: each start needs it again', () => {
    const { port1: port } = new MessageChannel();
    expect(refused('data', undefined, undefined, { data: transfer({ port }, [port]) })).toContain('transfer()');
    port.close();
    const bytes = new Uint8Array(2);
    expect(make(undefined, undefined, { data: transfer({ bytes }, [bytes.buffer]) }).data).toEqual({ bytes });
  });

  test('takes data with cycles', () => {
    const data: { self?: unknown } = {};
    data.self = data;
    expect(make(undefined, undefined, { data }).data).toBe(data);
  });
});

describe(READY, () => {
  test.each([
    ['250', 250],
    ['0.5', 0.5],
    ['1e3', 1000],
    [' 20 ', 20],
  ])('%p beats the option', (text, value) => {
    process.env[READY] = text;
    expect(make(undefined, undefined, { readyTimeout: 77 }).readyTimeout).toBe(value);
  });

  test.each(['', '   ', 'abc', '-1', '0', 'NaN', 'Infinity', '5s', '1e99'])('%p is refused, and the variable named', (text) => {
    process.env[READY] = text;
    const message = refused(READY);
    expect(message).toContain(READY);
    expect(message).toContain(`'${text}'`);
  });

  test('is read once, in the constructor', () => {
    process.env[READY] = '250';
    const early = make();
    process.env[READY] = '9';
    const late = make();
    delete process.env[READY];
    expect([early.readyTimeout, late.readyTimeout, make().readyTimeout]).toStrictEqual([250, 9, 5000]);
  });

  test('does not hide a wrong option', () => {
    process.env[READY] = '250';
    refused('readyTimeout', undefined, undefined, { readyTimeout: 'soon' });
  });

  test('is no concern of the server side, which gets the value in effect', async () => {
    process.env[READY] = '30000';
    const menu = new DataController(undefined, undefined, {
      data: { dishes: new Map(), since: new Date() },
      env: { ...process.env, [READY]: 'nonsense' },
    });
    await menu.start();
    expect(await menu.remote.effective()).toMatchObject({ readyTimeout: 30_000 });
    await menu.stop();
  });
});

describe(LOGS, () => {
  test('is checked like the option', () => {
    process.env[LOGS] = 'loud';
    expect(thrown(() => make())).toMatchObject({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(LOGS) });
  });

  test('takes the place of the option', () => {
    process.env[LOGS] = 'silent';
    expect(make(undefined, undefined, { logs: 'live' })[SETTINGS]).toMatchObject({ logs: 'silent' });
    expect(make()[SETTINGS]).toMatchObject({ logs: 'silent' });
  });
});

describe('a loop', () => {
  test.each([
    [ThreadLoop, null, 'options'],
    [ThreadLoop, 7, 'options'],
    [ThreadLoop, { limits: {} }, 'limits'],
    [ThreadLoop, { resourceLimits: 64 }, 'resourceLimits'],
    [ThreadLoop, { resourceLimits: { maxOldGenerationSizeMb: '64' } }, 'resourceLimits'],
    [ProcessLoop, null, 'options'],
    [ProcessLoop, { argv: [] }, 'argv'],
    [ProcessLoop, { execArgv: '--inspect' }, 'execArgv'],
    [ProcessLoop, { cwd: 7 }, 'cwd'],
  ])('%p refuses %p', (Loop, options, option) => {
    const error = thrown(() => new (Loop as new (options: unknown) => unknown)(options));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option });
  });
});
