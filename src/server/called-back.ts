/**
 * What the callback of a listen or start was given. Server side; loaded where that is not nothing.
 */
import { FactoryError } from '../errors/errors';
import { member } from './members';
import { picture } from './not-a-server';

/**
 * The failure that it says: the error or text itself. Some servers, such as uWebSockets.js, call back with a token of their own. They take other
 * arguments than Node's, too, so that nobody knows what they listen on.
 */
export function failureOf(given: unknown, verb: string): unknown {
  if (typeof given === 'string' || typeof member(given, 'message') === 'string') return given;
  return new FactoryError(
    `${verb}() called back with ${picture(given)}, where Node's callbacks have an error or nothing. ` +
      'Let factory() call it, wait until it listens, and return where that is, with what closes it: { url, close }.',
  );
}
