import { describe, expect, jest, test } from '@jest/globals';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import * as path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { ControllerError, InvalidOptionError, ReadyTimeoutError, ServerCrashedError, StoppedError } from '../../src/errors/errors';
import { decodeError, encodeError } from '../../src/protocol/errors';
import { decode, encode, transfer, UnclonableError } from '../../src/protocol/values';
import { crossings, throughPort } from './crossings';

const SOURCES = path.resolve(__dirname, '..', '..', 'src');

describe.each(crossings)('an error through $name', ({ cross }) => {
  const roundTrip = (thrown: unknown): Error => decodeError(cross(encodeError(thrown)));

  test.each([Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])('%p keeps its class', (Class) => {
    const error = new Class('text');
    const received = roundTrip(error);
    expect(Object.getPrototypeOf(received)).toBe(Class.prototype);
    expect(received).toMatchObject({ name: Class.name, message: 'text', stack: error.stack });
    expect(() => {
      throw received;
    }).toThrow(Class);
  });

  test('what `using` has suppressed crosses with both errors, as its class where Node has that', () => {
    // From Node 24 on; before, TypeScript's own helper names an Error so.
    const found: unknown = Reflect.get(globalThis, 'SuppressedError');
    const Class = (found ?? Error) as new () => Error;
    const facts = { error: new RangeError('at the end'), suppressed: new TypeError('before') };
    const received = roundTrip(Object.assign(new Class(), facts, { name: 'SuppressedError' }));
    expect(Object.getPrototypeOf(received)).toBe(Class.prototype);
    expect(received).toMatchObject({ name: 'SuppressedError', ...facts });
  });

  test('a system error keeps its facts', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(roundTrip(error)).toMatchObject({ ...error, message: error.message, name: 'Error', code: 'ECONNREFUSED', port });
  });

  test('an error of Node itself keeps its class and code', () => {
    let error: unknown;
    try {
      new URL('no');
    } catch (thrown) {
      error = thrown;
    }
    const received = roundTrip(error);
    expect(received).toBeInstanceOf(TypeError);
    expect(received).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_URL', input: 'no' });
  });

  test('the cause chain and the parts of an AggregateError come along', () => {
    const error = new AggregateError([new TypeError('one'), 'two'], 'many', { cause: new RangeError('why', { cause: 'text' }) });
    const received = roundTrip(error) as AggregateError;
    expect(received).toBeInstanceOf(AggregateError);
    expect(received.errors[0]).toBeInstanceOf(TypeError);
    expect(received.errors[1]).toBe('two');
    expect(received.cause).toBeInstanceOf(RangeError);
    expect(received.cause).toMatchObject({ message: 'why', cause: 'text' });
    expect(Object.keys(received)).toEqual([]);
  });

  // ts-jest takes the frames of what it throws, which are its own, and the message with them. Runners print the stack.
  test('an error whose stack was emptied is printed with its message', () => {
    const error = Object.defineProperty(new TypeError("Cannot find name 'sleep'."), 'stack', { value: '' });
    expect(roundTrip(error).stack).toBe("TypeError: Cannot find name 'sleep'.");
  });

  test('a DOMException stays one', () => {
    const received = roundTrip(new DOMException('late', 'TimeoutError'));
    expect(received).toBeInstanceOf(DOMException);
    expect(received).toMatchObject({ name: 'TimeoutError', message: 'late', code: 23 });
  });

  test('an error of a class of the user keeps name and fields on its nearest built-in class', () => {
    class HttpError extends TypeError {
      override name = 'HttpError';
      readonly status = 404;
      readonly detail = { at: new Date(5), tags: new Set(['a']) };
    }
    const received = roundTrip(new HttpError('not there'));
    expect(received).toBeInstanceOf(TypeError);
    expect(received).toMatchObject({ name: 'HttpError', message: 'not there', status: 404 });
    expect((received as unknown as HttpError).detail).toStrictEqual({ at: new Date(5), tags: new Set(['a']) });
  });

  test('an error of a class that sets no name prints with the name of its class', () => {
    class QuietError extends Error {}
    const received = roundTrip(new QuietError('shh'));
    expect(received.name).toBe('QuietError');
    expect(String(received)).toBe('QuietError: shh');
    expect(received.stack).toMatch(/^QuietError: shh\n/);
  });

  test('an error of a class with a static member called name, which is no text, has the name of the class below', () => {
    class NamedError extends TypeError {
      static override name = (() => 'not a text') as unknown as string;
    }
    expect(roundTrip(new NamedError('odd'))).toMatchObject({ name: 'TypeError', message: 'odd' });
  });

  test('its stack names the places as a runner reads them, and none of this package', () => {
    const error = new Error('text');
    error.stack = [
      'Error: text',
      '    at <anonymous> (/app/routes.ts:5:9)',
      '    at load (file:///app/with%20space/module.mjs:1:2)',
      `    at Layer.handle (${SOURCES}/server/traffic/handler-error-hooks.ts:31:5)`,
      '    at new Promise (<anonymous>)',
      '    at async run (/app/main.ts:7:3)',
      '    at Array.map (<anonymous>)',
    ].join('\n');
    expect(roundTrip(error).stack?.split('\n')).toStrictEqual([
      'Error: text',
      '    at /app/routes.ts:5:9',
      '    at load (/app/with space/module.mjs:1:2)',
      '    at async run (/app/main.ts:7:3)',
      '    at Array.map (<anonymous>)',
    ]);
  });

  test("this package's own errors keep class, code and facts", () => {
    const timeout = roundTrip(new ReadyTimeoutError('late', { phase: 'listen', limit: 5, elapsed: { boot: 1 } }));
    expect(timeout).toBeInstanceOf(ReadyTimeoutError);
    expect(timeout).toBeInstanceOf(ControllerError);
    expect(timeout).toMatchObject({
      name: 'ReadyTimeoutError',
      code: 'ERR_READY_TIMEOUT',
      phase: 'listen',
      limit: 5,
      elapsed: { boot: 1 },
    });
    const crash = roundTrip(new ServerCrashedError('gone', { cause: new TypeError('bug'), exitCode: 1 })) as ServerCrashedError;
    expect(crash).toBeInstanceOf(ServerCrashedError);
    expect(crash.cause).toBeInstanceOf(TypeError);
    expect(roundTrip(new StoppedError('x'))).not.toBeInstanceOf(ServerCrashedError);
    expect(roundTrip(new InvalidOptionError('port', 'x'))).toBeInstanceOf(TypeError);
    expect(roundTrip(new UnclonableError('data.f', 'a function'))).toMatchObject({ name: 'UnclonableError', path: 'data.f' });
  });

  test('fields that cannot cross are shown instead', () => {
    const error = Object.assign(new Error('text'), {
      retry: function retry() {
        return 0;
      },
      key: Symbol('k'),
      later: Promise.resolve(),
    });
    Object.defineProperty(error, 'response', {
      enumerable: true,
      get() {
        throw new Error('secret');
      },
    });
    expect(roundTrip(error)).toMatchObject({
      retry: '[Function: retry]',
      key: 'Symbol(k)',
      later: '[Promise]',
      response: '[getter that threw: Error: secret]',
    });
  });

  test('a cyclic error stays cyclic', () => {
    const error = new Error('loop') as Error & { self: unknown };
    error.self = error;
    error.cause = { error };
    const received = roundTrip(error) as typeof error;
    expect(received.self).toBe(received);
    expect((received.cause as { error: unknown }).error).toBe(received);
  });

  test('a huge error is cut, with a notice', () => {
    const error = Object.assign(new Error('m'.repeat(3_000_000)), {
      list: Array.from({ length: 100_000 }, (_, i) => ({ i })),
      body: Buffer.alloc(5_000_000),
    });
    const received = roundTrip(error) as typeof error;
    expect(received.message).toMatch(/m… \[2000000 more characters\]$/);
    expect(received.list.length).toBeLessThan(20_010);
    expect(received.list.at(-1)).toMatch(/more$/);
    expect(received.body).toBe('[Buffer of 5000000 bytes]');
  });

  test('a chain of 10,000 causes is cut', () => {
    let error = new Error('first');
    for (let i = 0; i < 10_000; i++) error = new Error('next', { cause: error });
    expect(roundTrip(error).cause).toBeInstanceOf(Error);
  });

  test.each([
    ['a string', 'boom', "'boom' (string)"],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a number', 5, '5 (number)'],
    ['an object', { a: 1 }, '{ a: 1 }'],
  ])('%s that was thrown is wrapped, shown and kept', (_name, thrown, shown) => {
    const received = roundTrip(thrown);
    expect(received).toBeInstanceOf(Error);
    expect(received.message).toBe(`Something was thrown that is no Error: ${shown}. Wrap it in an Error, which has a stack.`);
    expect(received).toHaveProperty('thrownValue', thrown);
  });

  test('a thrown object that holds a function is wrapped, the function shown', () => {
    const received = roundTrip({ run: () => 0 });
    expect(received.message).toContain('{ run: [Function: run] }');
    expect(received).toHaveProperty('thrownValue', { run: '[Function: run]' });
  });

  test('a thrown symbol or function is wrapped', () => {
    expect(roundTrip(Symbol('s')).message).toContain('Symbol(s)');
    expect(roundTrip(function named() {}).message).toContain('[Function: named]');
  });
});

test.each(crossings)('an error crosses through $name without what cannot: shared memory, and memory that was moved', ({ cross }) => {
  const moved = new ArrayBuffer(4);
  const view = new Uint8Array(moved);
  structuredClone(moved, { transfer: [moved] });
  const shared = new SharedArrayBuffer(4);
  const error = Object.assign(new RangeError('full'), { moved, view, shared, words: new Int32Array(shared) });
  const { thrown } = encodeError(error);
  expect(decodeError({ thrown: cross(thrown) })).toMatchObject({
    message: 'full',
    moved: '[detached ArrayBuffer]',
    view: '[detached ArrayBuffer]',
    shared: '[SharedArrayBuffer of 4 bytes]',
    words: '[Int32Array of 4 bytes]',
  });
});

test('an error crosses without what its thrower meant to move: it is posted alone', () => {
  const { port1, port2 } = new MessageChannel();
  const reply = transfer({ port1 }, [port1]);
  expect(decodeError(throughPort(encodeError(Object.assign(new Error('late'), { reply }))))).toMatchObject({
    message: 'late',
    reply: { port1: '[MessagePort]' },
  });
  port2.close();
});

test('an error inside a value crosses leniently, while the value itself is held to the rules', () => {
  const error = Object.assign(new TypeError('text'), { f: () => 0 });
  expect(decode(throughPort(encode({ error })))).toMatchObject({ error: { message: 'text', f: '[Function: f]' } });
});

test('of many errors inside a value each arrives as one, with its fields', () => {
  const rows = Array.from({ length: 100 }, (_, row) => row);
  const errors = Array.from({ length: 300 }, (_, n) => Object.assign(new RangeError(`no ${n.toString()}`), { rows: [...rows] }));
  expect(decode(throughPort(encode({ errors })))).toStrictEqual({ errors });
});

test.each([
  ['beside it', (shared: unknown) => ({ shared })],
  ['deeper', (shared: unknown) => [[[{ shared }]]]],
])('what an error inside a value holds, and the value itself %s, is held to the rules there', (_name, around) => {
  const shared = { rows: Array.from({ length: 30_000 }, (_, row) => row), act: () => 0 };
  const value = { error: Object.assign(new Error('text'), { shared }), around: around(shared) };
  const act = jest.fn(() => Promise.resolve());
  const received = decode(throughPort(encode(value, () => 1)), () => act) as typeof value;
  expect(received.around).toStrictEqual(around({ ...shared, act }));
});

test('what lies too deep in an error for it to cross does so with the value that holds it, too', () => {
  const shared = { a: 1 };
  const nested = (levels: number): unknown => (levels === 0 ? shared : [nested(levels - 1)]);
  const value = { error: Object.assign(new Error('text'), { nested: nested(8) }), nested: nested(9) };
  expect(decode(throughPort(encode(value)))).toMatchObject({ nested: value.nested });
});

test('what an error inside a value shares with the value is one object', () => {
  const shared = { a: 1 };
  const value = { error: Object.assign(new Error('text'), { shared }), shared };
  const received = decode(throughPort(encode(value))) as typeof value;
  expect(received.error.shared).toBe(received.shared);
});

test.each([
  ['an error whose fields all throw', new Proxy(new Error('x'), { get: () => raise(), ownKeys: () => raise() })],
  ['an error whose prototype throws', new Proxy(new Error('x'), { getPrototypeOf: () => raise() })],
  ['a proxy of nothing', Proxy.revocable({}, {}).proxy],
  ['an error with a message of a wrong type', Object.assign(new Error(), { message: { toString: () => raise() } })],
  ['an error whose constructor has no name', Object.create(Object.create(Error.prototype, { constructor: { value: () => 0 } }) as object)],
])('%s is encoded without throwing', (_name, hostile) => {
  expect(decodeError(throughPort(encodeError(hostile)))).toBeInstanceOf(Error);
});

test('a revoked proxy is encoded without throwing', () => {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
  revoke();
  expect(decodeError(throughPort(encodeError(proxy)))).toBeInstanceOf(Error);
});

function raise(): never {
  throw new Error('hostile');
}
