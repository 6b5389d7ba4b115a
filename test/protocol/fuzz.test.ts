import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { RemoteError } from '../../src/errors/errors';
import { decodeError, encodeError } from '../../src/protocol/errors';
import { decode, encode, type Encoded, type EncodedError } from '../../src/protocol/values';
import { inForm } from '../form';
import { crossings } from './crossings';

const NEXT: readonly never[] = [];

const anyValue = fc.anything({
  maxDepth: 4,
  withBigInt: true,
  withBoxedValues: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** Things that look more or less like a table of nodes. */
const garbage = fc.letrec((tie) => ({
  next: fc.constant(NEXT),
  slot: fc.oneof(
    tie('next'),
    fc.tuple(fc.integer({ min: -1, max: 5 })),
    fc.anything(),
    fc.constantFrom('__proto__', 'constructor', 'length', 'message'),
  ),
  node: fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(fc.integer({ min: -1, max: 20 }), fc.array(tie('slot'), { maxLength: 9 })).map(([kind, rest]) => [kind, ...rest]),
    },
    { weight: 1, arbitrary: fc.anything() },
  ),
  encoded: fc.oneof(
    { weight: 9, arbitrary: fc.record({ value: tie('next'), nodes: fc.array(tie('node'), { maxLength: 8 }), next: tie('next') }) },
    { weight: 1, arbitrary: fc.anything() },
  ),
})).encoded as fc.Arbitrary<Encoded>;

describe.each(crossings)('through $name', ({ cross }) => {
  test('whatever can cross arrives as it was', () => {
    fc.assert(
      fc.property(anyValue, (value) => isDeepStrictEqual(decode(cross(encode(value))), value)),
      { numRuns: inForm(2000, 500) },
    );
  });

  test('whatever is thrown arrives as an error', () => {
    fc.assert(
      fc.property(anyValue, fc.string(), (value, text) => {
        const error = decodeError(cross(encodeError(Object.assign(new RangeError(text, { cause: value }), { value }))));
        return error instanceof RangeError && error.message === text && decodeError(cross(encodeError(value))) instanceof Error;
      }),
      { numRuns: inForm(500, 200) },
    );
  });
});

test('a hostile message gives a value or a RemoteError, and leaves every prototype alone', () => {
  const before = builtInKeys();
  fc.assert(
    fc.property(garbage, (encoded) => {
      try {
        decode(encoded);
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
      }
    }),
    { numRuns: inForm(5_000, 1_000) },
  );
  expect(builtInKeys()).toEqual(before);
});

test('a hostile error always gives an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.record({ thrown: garbage, shown: fc.anything() }), fc.anything()), (encoded) => {
      const error = decodeError(encoded as EncodedError);
      return error instanceof Error && typeof error.message === 'string' && typeof error.stack === 'string';
    }),
    { numRuns: inForm(5_000, 1_000) },
  );
});

function builtInKeys(): unknown {
  return [Object, Array, Function, Error, TypeError, Map, Date].map((Class) => Reflect.ownKeys(Class.prototype as object));
}
