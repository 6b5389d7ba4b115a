/**
 * The options that may be made of what other controllers are when they have started, and so be known at the start only. Test side.
 */
import { InvalidOptionError } from '../errors/errors';
import { unexpected } from '../errors/unexpected';
import { UnclonableError, encode } from '../protocol/values';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Those that are there take the place of what the constructor was given. */
export interface LateOptions {
  readonly data?: unknown;
  readonly env?: unknown;
}

/** @throws {InvalidOptionError} naming the option, what was expected and what came */
export function readLate(late: LateOptions): { readonly data?: unknown; readonly env?: Environment | undefined } {
  return { ...('data' in late && { data: readData(late.data) }), ...('env' in late && { env: readEnvironment(late.env) }) };
}

/** Checks that `data` can cross. @throws {InvalidOptionError} naming what cannot */
export function readData(data: unknown): unknown {
  try {
    encode(data, undefined, 'data');
    return data;
  } catch (error) {
    if (!(error instanceof UnclonableError)) throw error;
    throw new InvalidOptionError('data', `Expected \`data\` to be a structured-cloneable value: ${error.message}`, { cause: error });
  }
}

/** @throws {InvalidOptionError} where it is none */
export function readEnvironment(env: unknown): Environment | undefined {
  if (env !== undefined && !isEnvironment(env)) throw unexpected('env', 'an object of strings', env);
  return env;
}

function isEnvironment(value: unknown): value is Environment {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry) => entry === undefined || typeof entry === 'string');
}
