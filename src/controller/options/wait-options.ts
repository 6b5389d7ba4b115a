/**
 * What `waitFor`, `waitForLog` and `idle` can be told. Test side.
 */
import { inspect, types } from 'node:util';
import { readRecord, unexpected } from '../../errors/unexpected';

/**
 * Options of `waitFor`, `waitForLog` and `idle`.
 * @category Controller
 */
export interface WaitForOptions {
  /**
   * How long to wait, in milliseconds.
   * @default 5000
   */
  readonly timeout?: number | undefined;
}

const DEFAULT_WAIT = 5000;

/** @throws {InvalidOptionError} for what is no record of a `timeout` in milliseconds */
export function readTimeout(options: unknown): number {
  const { timeout } = readRecord(options, ['timeout']);
  if (timeout === undefined) return DEFAULT_WAIT;
  if (typeof timeout === 'number' && timeout >= 0) return timeout;
  throw unexpected('timeout', 'a number of milliseconds, 0 or more', timeout);
}

/** What a line of output must have, and the words for it: `holds 'x'`. @throws {InvalidOptionError} for what is no pattern */
export function readPattern(pattern: unknown): { readonly described: string; matches(text: string): boolean } {
  if (typeof pattern === 'string') return { described: `holds ${inspect(pattern)}`, matches: (text) => text.includes(pattern) };
  if (!types.isRegExp(pattern)) throw unexpected('pattern', 'a RegExp or a string', pattern);
  // A copy, since those with the flags g and y remember where they were, and the user's own is not for us to move.
  const own = new RegExp(pattern.source, pattern.flags);
  const matches = (text: string): boolean => {
    own.lastIndex = 0;
    return own.test(text);
  };
  return { described: `matches ${String(pattern)}`, matches };
}
