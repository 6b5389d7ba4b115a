/**
 * The errors for what is no server, or none that can be run: what was given, by whom, and what is accepted. Server side; loaded when it is needed.
 */
import { inspect } from 'node:util';
import { FactoryError } from '../errors/errors';
import { reword } from '../errors/reword';
import { portOf } from './address';
import { canDo, isObject } from './members';
import { ownServers } from './shapes/insides';
import type { ServerAdapter, Source } from './types';

/** Longer pictures of a value are cut here. */
const LONGEST_PICTURE = 300;

export function notAServer(value: unknown, adapters: readonly ServerAdapter[], source: Source): FactoryError {
  if (value === undefined || value === null) return new FactoryError(nothing(value, source));
  const accepted = adapters.map(({ name }) => name).join('; ');
  const [remedy, other] = source.verb === 'is' ? ['Export', ', or a function that makes one'] : ['Return', ', or a promise of one'];
  return new FactoryError(
    `${verdict(value, source)}${guess(value, source, remedy)}\n${remedy} one of these${other}: ${accepted}. Other kinds can be added by \`static adapters\`.`,
  );
}

/** Such as what a command line or an application gives that goes on to listen by itself, later. */
const EARLY =
  'It could end a server that the factory has started, but none listens yet, nor is about to: await its start, or return a promise of it.';

function guess(value: unknown, { verb }: Source, remedy: string): string {
  const started = ownServers();
  if (started.length === 0) return verb === 'returned' && mayEndServer(value) ? `\n${EARLY}` : '';
  const port = started.map(portOf).find((found) => found !== undefined);
  const where = port === undefined ? '' : `, on port ${port.toString()}`;
  return `\nA server has begun to listen${where}: ${remedy.toLowerCase()} that, or the function that ends it.`;
}

function mayEndServer(value: unknown): boolean {
  return ['close', 'stop', 'shutdown', Symbol.asyncDispose, Symbol.dispose].some((name) => canDo(value, name));
}

function verdict(value: unknown, { subject, verb }: Source): string {
  return `${subject} ${verb === 'is' ? 'is' : 'returned something that is'} no server: ${picture(value)}`;
}

/** Of all kinds of servers, the one that was made is the one to return. */
function nothing(value: null | undefined, { subject, verb }: Source): string {
  return verb === 'is'
    ? `${subject} is no server: ${String(value)}. Export the server or application, or a function that makes one.`
    : `${subject} returned nothing (${String(value)}). Return the server or application that it makes, or a promise of it; ` +
        'of one that it has started itself, the function that stops it will do.';
}

/** The same error of a server that could not be run, with where it comes from. */
export function withSource(error: FactoryError, { subject }: Source): FactoryError {
  reword(error, `${subject}: ${error.message}`);
  return error;
}

/** A value as a message shows it: not too long, and a primitive one with its type. */
export function picture(value: unknown): string {
  let text: string;
  try {
    text = inspect(value, { depth: 1, breakLength: 120, maxArrayLength: 5, maxStringLength: 100 });
  } catch {
    text = `a value that cannot be shown (${typeof value})`;
  }
  if (text.length > LONGEST_PICTURE) text = `${text.slice(0, LONGEST_PICTURE)}…`;
  return isObject(value) ? text : `${text} (${typeof value})`;
}
