import { describe, expect, test } from '@jest/globals';
import { MessageChannel } from 'node:worker_threads';
import { Socket } from 'node:net';
import { RemoteError } from '../../src/errors/errors';
import { decode, encode, transfer, UnclonableError } from '../../src/protocol/values';
import { crossings, throughPort } from './crossings';

const identityOf = (id: number) => () => Promise.resolve(id);

describe.each(crossings)('a value through $name', ({ cross }) => {
  const roundTrip = (value: unknown): unknown => decode(cross(encode(value)));

  test.each([
    ['a string', 'text'],
    ['an empty string', ''],
    ['undefined', undefined],
    ['null', null],
    ['NaN', NaN],
    ['minus zero', -0],
    ['a bigint', 2n ** 70n],
    ['an array', [1, 'two', null, undefined, -0]],
    ['an object', { a: { b: [{ c: true }] }, d: undefined }],
    ['a sparse array', Object.assign([], { 2: 'x', length: 5 })],
    ['an array with a hole and a field', Object.assign([1], { length: 2, unit: 'mm' })],
    ['an array with fields', /(?<y>a)(b)?/.exec('ab')],
    ['a Map of Maps', new Map<unknown, unknown>([[{ k: 1 }, new Map([['a', 1]])]])],
    ['a Set', new Set([1, 'a', { b: 1 }])],
    ['a Date', new Date(86_400_000)],
    ['a RegExp', /a+\/b/giu],
    ['a boxed number', Object(-0)],
    ['a boxed string', Object('s')],
    ['a boxed bigint', Object(1n)],
    ['a Buffer', Buffer.from('bytes')],
    ['a Float64Array', Float64Array.of(1.5, NaN)],
    ['a BigInt64Array', BigInt64Array.of(-1n)],
    ['a Uint8Array', Uint8Array.of(1, 2)],
    ['a DataView', new DataView(new ArrayBuffer(4), 1, 2)],
    ['an ArrayBuffer', Uint8Array.of(1, 2).buffer],
    ['a URL', new URL('http://127.0.0.1/a?b#c')],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['nothing in an object', {}],
  ])('%s arrives native and equal', (_name, value) => {
    const received = roundTrip(value);
    expect(received).toStrictEqual(value);
    expect(Object.is(Object.getPrototypeOf(Object(received)), Object.getPrototypeOf(Object(value)))).toBe(true);
  });

  test.each([
    ['a short list', ['a', 1, null]],
    ['a long list', Array.from({ length: 20 }, (_, index) => index)],
    ['an object', { a: 1 }],
  ])('%s that is watched by a proxy arrives as what it holds', (_name, value) => {
    expect(roundTrip(new Proxy(value, {}))).toStrictEqual(value);
  });

  test('a text that is called `_handle`, as the handles of Node are, is a field as any', () => {
    class Author {
      readonly _handle = 'ada';
    }
    expect(roundTrip(new Author())).toStrictEqual({ _handle: 'ada' });
  });

  test('an invalid Date stays one', () => {
    const received = roundTrip(new Date(NaN));
    expect(received).toBeInstanceOf(Date);
    expect((received as Date).getTime()).toBeNaN();
  });

  test('instanceof holds for what arrives', () => {
    const received = roundTrip([{}, [], new Map(), new Set(), new Date(), /x/, new TypeError('x')]) as unknown[];
    [Object, Array, Map, Set, Date, RegExp, TypeError].forEach((Class, index) => {
      expect(received[index]).toBeInstanceOf(Class);
    });
  });

  test('cycles and shared references hold', () => {
    const shared = { name: 'shared' };
    const value: Record<string, unknown> = { a: shared, b: [shared], map: new Map([[shared, shared]]) };
    value['self'] = value;
    const received = roundTrip(value) as typeof value;
    expect(received['self']).toBe(received);
    expect((received['b'] as unknown[])[0]).toBe(received['a']);
    expect((received['map'] as Map<unknown, unknown>).get(received['a'])).toBe(received['a']);
  });

  test('views on one ArrayBuffer go on sharing it', () => {
    const buffer = new ArrayBuffer(8);
    const received = roundTrip({ bytes: new Uint8Array(buffer), words: new Uint16Array(buffer, 2, 2), buffer }) as {
      bytes: Uint8Array;
      words: Uint16Array;
      buffer: ArrayBuffer;
    };
    received.bytes[2] = 7;
    expect(received.words[0]).toBe(7);
    expect(received.words.buffer).toBe(received.buffer);
  });

  test('a small Buffer takes only its own bytes along', () => {
    const received = roundTrip(Buffer.from('small')) as Buffer;
    expect(received.buffer.byteLength).toBe(5);
  });

  test('a nesting of 200,000 levels crosses', () => {
    let value: unknown[] = [];
    for (let level = 0; level < 200_000; level++) value = [value];
    let received = roundTrip(value) as unknown[];
    let levels = 0;
    while (received.length > 0) {
      received = received[0] as unknown[];
      levels++;
    }
    expect(levels).toBe(200_000);
  });

  test('an own key crosses that the prototype of all objects has, too, and does not let be assigned', () => {
    Object.defineProperty(Object.prototype, 'fixed', { value: 'of all', configurable: true });
    try {
      const received = roundTrip({ fixed: 1 });
      expect(Object.entries(received as object)).toEqual([['fixed', 1]]);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'fixed');
    }
  });

  test('an own key __proto__ stays a key', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as object;
    const received = roundTrip(value) as object;
    expect(Object.keys(received)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(received)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test('an instance of a class crosses as its own enumerable fields', () => {
    class Mail {
      readonly subject = 'hello';
      get upper(): string {
        return this.subject.toUpperCase();
      }
    }
    expect(roundTrip({ mail: new Mail() })).toStrictEqual({ mail: { subject: 'hello' } });
  });

  test('a getter crosses as its value', () => {
    expect(
      roundTrip({
        get now() {
          return 5;
        },
      }),
    ).toStrictEqual({ now: 5 });
  });

  test('a function crosses as what the importer gives for its number', async () => {
    const kept: unknown[] = [];
    const encoded = encode({ call: test, again: test }, (f) => kept.push(f));
    const received = decode(cross(encoded), identityOf) as { call: () => Promise<number>; again: unknown };
    expect(kept).toEqual([test]);
    await expect(received.call()).resolves.toBe(1);
    expect(received.again).toBe(received.call);
  });
});

class Mailer extends Socket {}

describe('what cannot cross', () => {
  test.each<[string, unknown, string, string]>([
    ['a function', { db: { connect: () => 0 } }, 'data.db.connect', 'a function'],
    ['a function itself', () => 0, 'data', 'a function'],
    ['a symbol', [1, [Symbol('s')]], 'data[1][0]', 'a symbol'],
    ['a Promise', { 'a-b': Promise.resolve() }, 'data["a-b"]', 'a Promise'],
    ['a WeakMap', { w: new WeakMap() }, 'data.w', 'a WeakMap'],
    ['a formatter', { f: new Intl.NumberFormat() }, 'data.f', 'a NumberFormat'],
    ['a WeakRef', { w: new WeakRef({}) }, 'data.w', 'a WeakRef'],
    ['a compression', { c: new CompressionStream('gzip') }, 'data.c', 'a CompressionStream'],
    // As Node 26 has it.
    [
      'a date of Temporal',
      { d: Object.create({ [Symbol.toStringTag]: 'Temporal.PlainDate' }) as object },
      'data.d',
      'a Temporal.PlainDate',
    ],
    ['a socket', { s: new Mailer() }, 'data.s', 'a Mailer'],
    ['a MessagePort', { p: new MessageChannel().port1 }, 'data.p', 'a MessagePort not marked with transfer()'],
    ['a function in a Map', new Map([['k', { f: () => 0 }]]), 'data.get("k").f', 'a function'],
    ['a function as a key', new Map([[() => 0, 1]]), 'data.keys()[0]', 'a function'],
    ['a function in a Set', new Set([1, () => 0]), 'data.values()[1]', 'a function'],
    ['an AbortSignal', { s: AbortSignal.abort() }, 'data.s', 'an AbortSignal'],
    ['a generator', { rows: (function* () {})() }, 'data.rows', 'a Generator'],
    ['an async generator', { rows: (async function* () {})() }, 'data.rows', 'an AsyncGenerator'],
    ['an event', { e: new Event('click') }, 'data.e', 'an Event'],
    ['a decoder', { t: new TextDecoder() }, 'data.t', 'a TextDecoder'],
    ['an element of a page', { e: Object.create({ [Symbol.toStringTag]: 'HTMLInputElement' }) as object }, 'data.e', 'an HTMLInputElement'],
    ['an iterator of a Map', { rows: new Map().entries() }, 'data.rows', 'a Map Iterator'],
  ])('%s is refused with its path', (_name, value, path, what) => {
    let thrown: unknown;
    try {
      encode(value, undefined, 'data');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UnclonableError);
    expect(thrown).toMatchObject({ path, what, code: 'ERR_REMOTE' });
    expect(thrown).toBeInstanceOf(RemoteError);
  });

  test('a getter that throws is refused with its path and cause', () => {
    const value = {
      list: [
        {
          get broken(): never {
            throw new RangeError('no');
          },
        },
      ],
    };
    expect(() => encode(value, undefined, 'data')).toThrow(
      expect.objectContaining({ path: 'data.list[0].broken', cause: expect.objectContaining({ message: 'no' }) as unknown }),
    );
  });

  test('a proxy whose traps throw is refused', () => {
    const value = {
      hostile: new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('trap');
          },
        },
      ),
    };
    expect(() => encode(value, undefined, 'data')).toThrow(expect.objectContaining({ path: 'data.hostile' }));
  });

  test('a detached ArrayBuffer is refused by its path', () => {
    const bytes = Buffer.from(new ArrayBuffer(4));
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => encode({ bytes })).toThrow(expect.objectContaining({ path: 'value.bytes', what: 'a detached ArrayBuffer' }));
  });
});

describe('transfer', () => {
  test('moves an ArrayBuffer instead of copying it', () => {
    const bytes = Buffer.from(Uint8Array.of(1, 2, 3).buffer);
    const received = decode(throughPort(encode(transfer({ bytes }, [bytes.buffer])))) as { bytes: Buffer };
    expect(received.bytes).toStrictEqual(Buffer.of(1, 2, 3));
    expect(bytes.byteLength).toBe(0);
  });

  test('moves a MessagePort', () => {
    const { port1, port2 } = new MessageChannel();
    const received = decode(throughPort(encode([transfer(port2, [port2])]))) as [typeof port2];
    received[0].close();
    port1.close();
    expect(received[0].constructor.name).toBe('MessagePort');
  });
});
