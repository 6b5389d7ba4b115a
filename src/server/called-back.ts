/**
 * What the callback of a listen or start was given. Server side; loaded where that is not nothing.
 */
import { FactoryError } from '../errors/errors';
import { member } from './members';
import { picture } from './not-a-server';

/**
 * The failure that `given` says: the error or text itself. Some servers call back with what is no error. Where a server has begun to listen, as
 * where it is handed its url, its address or itself, that is none. Else, as with the token of uWebSockets.js, nobody knows what they listen on.
 */
export function failureOf(given: unknown, { verb, begun }: { readonly verb: string; readonly begun: boolean }): unknown {
  if (typeof member(given, 'message') === 'string') return given;
  if (begun) return undefined;
  if (typeof given === 'string') return given;
  return new FactoryError(
    `${verb}() called back with ${picture(given)}, where Node's callbacks have an error or nothing. ` +
      'Let factory() call it, wait until it listens, and return where that is, with what closes it: { url, close }.',
  );
}
