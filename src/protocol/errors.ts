/**
 * Errors that cross: whatever was thrown on one side is thrown on the other, as itself as far as its class is known there. Both sides; pure.
 */
import { inspect } from 'node:util';
import { RemoteError } from '../errors/errors';
import { decodeTable, SUSPECTS } from './decoder';
import { isErrorLike } from './encode-error';
import { Encoder } from './encoder';
import type { EncodedError } from './wire-nodes';

/** An error that stands for a thrown value that was none. */
export interface ThrownValueError extends Error {
  readonly thrownValue: unknown;
}

/** Makes what was thrown ready to cross. Never throws: a text stands in for what cannot cross, and huge things are cut. */
export function encodeError(thrown: unknown): EncodedError {
  const shown = isError(thrown) ? undefined : show(thrown);
  try {
    const encoded = new Encoder('error', undefined, true).encode(thrown);
    return shown === undefined ? { thrown: encoded } : { thrown: encoded, shown };
  } catch (error) {
    return { thrown: { value: undefined }, shown: `${shown ?? 'an error'} (which could not be read: ${show(error)})` };
  }
}

/**
 * The error again, native to this realm. What was no error is wrapped in one, with the value as `thrownValue`; its message says who threw it.
 * Never throws, whatever arrives: a message that makes no sense becomes a `RemoteError` that says so.
 */
export function decodeError(encoded: EncodedError, thrower?: string): Error {
  try {
    const value = decodeTable(encoded.thrown);
    return isError(value) ? value : wrapThrown(value, encoded.shown, thrower);
  } catch (error) {
    return new RemoteError(`An error of the other side could not be read. ${SUSPECTS}`, { cause: error });
  }
}

/**
 * What was thrown, also where it is no error: for code that catches it, which may look at its fields. `undefined`, and what could not be
 * read, is wrapped as `decodeError` does it.
 */
export function decodeThrown(encoded: EncodedError): unknown {
  const error = decodeError(encoded);
  const { thrownValue } = error as Partial<ThrownValueError>;
  return encoded.shown === undefined || thrownValue === undefined ? error : thrownValue;
}

function isError(value: unknown): value is Error {
  try {
    return typeof value === 'object' && value !== null && isErrorLike(value);
  } catch {
    return false;
  }
}

function wrapThrown(thrownValue: unknown, shown: unknown, thrower: string | undefined): ThrownValueError {
  const text = typeof shown === 'string' ? shown : show(thrownValue);
  const message = `${thrower === undefined ? 'Something was thrown' : `${thrower} threw something`} that is no Error: ${text}. Wrap it in an Error, which has a stack.`;
  const error = Object.assign(new Error(message), { thrownValue });
  // The place of decoding tells nobody anything.
  error.stack = `Error: ${message}`;
  return error;
}

function show(value: unknown): string {
  try {
    const text = inspect(value, { depth: 2, breakLength: Infinity, maxStringLength: 1000, maxArrayLength: 20 });
    return typeof value === 'object' || value === undefined ? text : `${text} (${typeof value})`;
  } catch {
    return `something that cannot be shown (${typeof value})`;
  }
}
