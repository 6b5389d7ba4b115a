/**
 * What an error becomes on the wire: its nearest known class, its name, its stack and all its fields. Both sides; pure.
 */
import { types } from 'node:util';
import { readableStack } from '../errors/frames';
import type { Walk } from './walk';
import { Kind, type WireNode } from './wire-nodes';

const BRANDS = Symbol.for('jest-controller.brands');

/** What a failed end of a `using` throws; undefined before Node 24. */
export const SuppressedClass: unknown = Reflect.get(globalThis, 'SuppressedError');

/** Classes that the other side has, too. */
export const BUILT_IN_ERRORS: readonly string[] = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  ...(SuppressedClass === undefined ? [] : ['SuppressedError']),
];

/** Where in the node the number of hidden pairs is, which are the first behind it. */
const HIDDEN = 5;

/** Said by other means than as fields. */
const NOT_FIELDS: ReadonlySet<string> = new Set(['name', 'message', 'stack']);

/** A DOMException, and an error of Node's own as a thread's `error` event gives it: made anew, on the prototype of another realm. */
const ERROR_TAGS: ReadonlySet<string> = new Set(['[object DOMException]', '[object Error]']);

/** Whether an object is an error, of whichever realm, or a DOMException. */
export function isErrorLike(object: object): object is Error {
  return types.isNativeError(object) || object instanceof Error || ERROR_TAGS.has(Object.prototype.toString.call(object));
}

/** The node for an error. */
export function errorNode(error: Error, walk: Walk): WireNode {
  const base = baseOf(error);
  const classFallback = nameOfClass(error, base);
  const ownName = textField(error, 'name') ?? base;
  const name = ownName === 'Error' ? (classFallback ?? ownName) : ownName;
  const stack = textField(error, 'stack');
  const { hidden, shown } = fieldsOf(error);
  const node: WireNode = [
    Kind.error,
    base,
    name === base ? null : walk.text(name),
    walk.text(textField(error, 'message') ?? ''),
    // Emptied, it is as none: the other side makes one of name and message, since runners print nothing else.
    stack === null || stack === '' ? null : walk.text(readableStack(stack).replace(/^Error(?=[:\n]|$)/, () => name)),
    0,
  ];
  for (const key of [...hidden, ...shown]) {
    if (!walk.hasRoom) break;
    node.push(key);
    node.push(walk.field(error, key));
  }
  node[HIDDEN] = Math.min(hidden.length, (node.length - HIDDEN - 1) / 2);
  return node;
}

function fieldsOf(error: Error): { hidden: string[]; shown: string[] } {
  const hidden: string[] = [];
  const shown: string[] = [];
  for (const key of ownKeys(error)) {
    if (NOT_FIELDS.has(key)) continue;
    if (Object.prototype.propertyIsEnumerable.call(error, key)) shown.push(key);
    else hidden.push(key);
  }
  return { hidden, shown };
}

function ownKeys(error: Error): readonly string[] {
  try {
    return Object.getOwnPropertyNames(error);
  } catch {
    return [];
  }
}

/** A text field, whoever defined it; null where it is absent, no text, or throws. */
function textField(error: Error, key: 'name' | 'message' | 'stack'): string | null {
  try {
    const value: unknown = error[key];
    if (typeof value === 'string') return value;
    return value === undefined || value === null || key === 'stack' ? null : String(value);
  } catch {
    return null;
  }
}

/** The most specific class of this error that the other side has, too. */
function baseOf(error: Error): string {
  try {
    if (Object.prototype.toString.call(error) === '[object DOMException]') return 'DOMException';
    const brands: unknown = (error as { [BRANDS]?: unknown })[BRANDS];
    const brand: unknown = Array.isArray(brands) ? brands.at(-1) : undefined;
    if (typeof brand === 'string') return brand;
    for (const name of classNames(error)) if (BUILT_IN_ERRORS.includes(name)) return name;
  } catch {
    // A proxy, or a constructor that throws: it is an error all the same.
  }
  return 'Error';
}

/** The name of a class that never set `name`: `class MyError extends Error {}` prints as such in Node, and shall here. */
function nameOfClass(error: Error, base: string): string | undefined {
  if (base !== 'Error') return undefined;
  try {
    const [name] = classNames(error);
    return name === '' ? undefined : name;
  } catch {
    // As above.
    return undefined;
  }
}

function* classNames(error: Error): Generator<string> {
  for (let at: unknown = Object.getPrototypeOf(error); at !== null && typeof at === 'object'; at = Object.getPrototypeOf(at)) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    const name: unknown = typeof constructor === 'function' ? constructor.name : undefined;
    // A class may have a static member of its own by that name, which is no text.
    if (typeof name === 'string') yield name;
  }
}
