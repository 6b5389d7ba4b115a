/**
 * The error for what is no server: what was given, and what is accepted. Server side; loaded when it is needed.
 */
import { inspect } from 'node:util';
import { FactoryError } from '../errors/errors';
import { isObject } from './members';
import type { ServerAdapter } from './types';

/** Longer pictures of a value are cut here. */
const LONGEST_PICTURE = 300;

export function notAServer(value: unknown, adapters: readonly ServerAdapter[]): FactoryError {
  const accepted = adapters.map(({ name }) => `  - ${name}`).join('\n');
  const given =
    value === undefined || value === null
      ? `factory() returned nothing (${String(value)}). Is a \`return\` missing?`
      : `factory() returned something that is no server: ${picture(value)}`;
  return new FactoryError(
    `${given}\nReturn one of these, or a promise of one:\n${accepted}\nOther kinds can be added by \`static adapters\`.`,
  );
}

function picture(value: unknown): string {
  let text: string;
  try {
    text = inspect(value, { depth: 1, breakLength: 120, maxArrayLength: 5, maxStringLength: 100 });
  } catch {
    text = `a value that cannot be shown (${typeof value})`;
  }
  if (text.length > LONGEST_PICTURE) text = `${text.slice(0, LONGEST_PICTURE)}…`;
  return isObject(value) ? text : `${text} (${typeof value})`;
}
