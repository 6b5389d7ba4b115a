/**
 * The options that may be made of what other controllers are when they have started, and so be known at the start only. Test side.
 */
import { types } from 'node:util';
import { InvalidOptionError } from '../../errors/errors';
import { unexpected } from '../../errors/unexpected';
import { encode, transferListOf, UnclonableError, type Encoded } from '../../protocol/values';

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
  encodeData(data);
  return data;
}

/** `data` made ready to cross. @throws {InvalidOptionError} naming what cannot */
export function encodeData(data: unknown): Encoded {
  const encoded = encodeOption(data);
  // Marked ArrayBuffers are copied; a MessagePort can only be moved.
  if (transferListOf(encoded).every((part) => types.isAnyArrayBuffer(part))) return encoded;
  throw new InvalidOptionError(
    'data',
    'Expected `data` to be a value that can be copied at each start, got one of which transfer() marks a part that can only be moved, such as a ' +
      'MessagePort. Pass it as the argument of a remote call.',
  );
}

function encodeOption(data: unknown): Encoded {
  try {
    return encode(data, undefined, 'data');
  } catch (error) {
    if (!(error instanceof UnclonableError)) throw error;
    const message = `Expected \`data\` to be a structured-cloneable value: ${error.message}${otherWay(data, error)}`;
    throw new InvalidOptionError('data', message, { cause: error });
  }
}

function otherWay(data: unknown, { what }: UnclonableError): string {
  if (typeof data === 'function') return ' useControllers() alone takes a function, to which it gives the other controllers.';
  if (types.isPromise(data)) return ' What has to be awaited for it, await in factory().';
  return what === 'a function' ? IN_PLACE_OF_A_FUNCTION : '';
}

/** The first is the only way for what a server calls and goes on with at once, such as middleware. */
const IN_PLACE_OF_A_FUNCTION =
  " Write it in the controller's module; one that has to run in the test can be given to a method of the class, by a remote call; " +
  'what it gives comes as a promise there.';

/** @throws {InvalidOptionError} where it is none; of its variables it shows only those that are wrong, since others may be secrets */
export function readEnvironment(env: unknown): Environment | undefined {
  if (env === undefined) return undefined;
  const expected = `an object of strings${typeof env === 'function' ? ' (a function of the other controllers in useControllers() alone)' : ''}`;
  if (typeof env !== 'object' || env === null || Array.isArray(env)) throw unexpected('env', expected, env);
  const wrong = Object.entries(env).filter(([, value]) => value !== undefined && typeof value !== 'string');
  if (wrong.length > 0) throw unexpected('env', expected, Object.fromEntries(wrong));
  return env as Environment;
}
