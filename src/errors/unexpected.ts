/**
 * The one way to say that an option is wrong. Both sides; imports nothing but the error and what helps to word it.
 */
import { inspect } from 'node:util';
import { InvalidOptionError } from './errors';
import { nearest } from './nearest';

/** An error that says what was expected and what came, with its type. */
export function unexpected(option: string, expected: string, got: unknown): InvalidOptionError {
  return new InvalidOptionError(option, `Expected \`${option}\` to be ${expected}, got ${describe(got)}.`);
}

/** `options` as a record; an empty one where there are none. @throws {InvalidOptionError} for anything else */
export function asRecord(options: unknown): Readonly<Record<string, unknown>> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw unexpected('options', 'an object', options);
  return options as Record<string, unknown>;
}

/** The same with names among `known` only. @throws {InvalidOptionError} for anything else */
export function readRecord(options: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  const record = asRecord(options);
  refuseUnknown(record, known);
  return record;
}

/**
 * `owner` says whose options they are, where the line that gave them is nowhere to be seen.
 * @throws {InvalidOptionError} for an option that is not among `known`, with the one that may have been meant
 */
export function refuseUnknown(options: object, known: readonly string[], owner?: string): void {
  for (const [key, value] of Object.entries(options)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const hint = meant === undefined ? '' : ` Did you mean \`${meant}\`?`;
    const whose = owner === undefined ? '' : ` of \`${owner}\``;
    throw new InvalidOptionError(key, `Expected options${whose} among ${known.join(', ')}, got \`${key}\` (${typeof value}).${hint}`);
  }
}

function describe(value: unknown): string {
  const shown = inspect(value, { depth: 1, maxStringLength: 80, breakLength: Infinity });
  return value === null || value === undefined ? shown : `${shown} (${typeof value})`;
}
