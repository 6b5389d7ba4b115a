/**
 * The one way to say that an option is wrong. Both sides; imports nothing but the error.
 */
import { inspect } from 'node:util';
import { InvalidOptionError } from './errors';

/** An error that says what was expected and what came, with its type. */
export function unexpected(option: string, expected: string, got: unknown): InvalidOptionError {
  return new InvalidOptionError(option, `Expected \`${option}\` to be ${expected}, got ${describe(got)}.`);
}

/** `options` as a record of names among `known` only. @throws {InvalidOptionError} for anything else */
export function readRecord(options: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw unexpected('options', 'an object', options);
  for (const [key, value] of Object.entries(options)) {
    if (!known.includes(key)) {
      throw new InvalidOptionError(key, `Expected options among ${known.join(', ')}, got \`${key}\` (${typeof value}).`);
    }
  }
  return options as Record<string, unknown>;
}

function describe(value: unknown): string {
  const shown = inspect(value, { depth: 1, maxStringLength: 80, breakLength: Infinity });
  return value === null || value === undefined ? shown : `${shown} (${typeof value})`;
}
