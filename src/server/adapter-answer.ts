/**
 * What an adapter of the user's tells, which plain JavaScript may have made of anything. Server side; loaded for such adapters only.
 */
import { Server } from 'node:net';
import { FactoryError } from '../errors/errors';
import { isObject } from './members';
import { picture } from './not-a-server';
import type { Listening } from './types';

type Field = readonly [name: keyof Listening, expected: string, is: (value: unknown) => boolean];

const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isServers = (value: unknown): boolean => Array.isArray(value) && value.every((server) => server instanceof Server);

function isAddress(value: unknown): boolean {
  if (isText(value)) return true;
  if (!isObject(value)) return false;
  const { address, family, port } = value as Record<string, unknown>;
  return isText(address) && isText(family) && typeof port === 'number';
}

const FIELDS: readonly Field[] = [
  ['address', "what `address()` of one of Node's servers gives, { address, family, port } or a path", isAddress],
  ['url', 'a string', isText],
  ['scheme', 'a string', isText],
  ['servers', "an array of Node's own servers", isServers],
  ['close', 'a function', isFunction],
  ['cut', 'a function', isFunction],
];

/** @throws FactoryError that names the adapter and the field, for what cannot be used */
export function checkAnswer(adapter: string, told: unknown): void {
  const whose = `The adapter '${adapter}'`;
  if (!isObject(told)) {
    throw new FactoryError(`${whose} told nothing of its server: expected its listen() to return an object, got ${inOneLine(told)}.`);
  }
  for (const [name, expected, is] of FIELDS) {
    const value = (told as Record<string, unknown>)[name];
    if (value === undefined || value === null || is(value)) continue;
    throw new FactoryError(`${whose} told its server wrongly: expected \`${name}\` to be ${expected}, got ${inOneLine(value)}.`);
  }
}

function inOneLine(value: unknown): string {
  return picture(value).replaceAll(/\s+/g, ' ');
}
