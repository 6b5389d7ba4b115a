/**
 * Builds errors of this realm: of the built-in class, of this package's own class, or of the nearest of them. Both sides; pure.
 */
import * as ours from '../errors/errors';
import { BUILT_IN_ERRORS, SuppressedClass } from './encode-error';
import { UnclonableError } from './unclonable-error';
import type { WireNode } from './wire-nodes';

type ErrorClass = abstract new (...args: never[]) => Error;

const CLASSES: ReadonlyMap<unknown, ErrorClass | undefined> = new Map<string, ErrorClass | undefined>([
  ['Error', Error],
  ['TypeError', TypeError],
  ['RangeError', RangeError],
  ['SyntaxError', SyntaxError],
  ['ReferenceError', ReferenceError],
  ['EvalError', EvalError],
  ['URIError', URIError],
  ['AggregateError', AggregateError],
  ['SuppressedError', SuppressedClass as ErrorClass | undefined],
  ['ControllerError', ours.ControllerError],
  ['ReadyTimeoutError', ours.ReadyTimeoutError],
  ['FactoryError', ours.FactoryError],
  ['ModuleLoadError', ours.ModuleLoadError],
  ['ServerCrashedError', ours.ServerCrashedError],
  ['StoppedError', ours.StoppedError],
  ['UsageError', ours.UsageError],
  ['RemoteError', ours.RemoteError],
  ['LeakError', ours.LeakError],
  ['InvalidOptionError', ours.InvalidOptionError],
  ['UnclonableError', UnclonableError],
]);

/** Told by other means than as fields; as fields they could only do harm. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'name', 'message', 'stack']);

/** The error of a node, its fields not yet filled. */
export function makeError(node: WireNode): Error {
  const [, base, name, message, stack] = node;
  const text = typeof message === 'string' ? message : '';
  const error = base === 'DOMException' ? makeDomException(text, name) : makeNative(base, text);
  const named = typeof name === 'string' ? name : ourName(base);
  if (named !== undefined && base !== 'DOMException') define(error, 'name', hiddenField(named));
  define(error, 'stack', hiddenField(typeof stack === 'string' ? stack : `${error.name}: ${text}`));
  return error;
}

/** Fills the fields; `slot` gives the value of a slot. */
export function fillError(node: WireNode, error: Error, slot: (slot: unknown) => unknown): void {
  const hidden = Number(node[5]);
  for (let at = 6, field = 0; at < node.length; at += 2, field++) {
    const key = String(node[at]);
    const value = slot(node[at + 1]);
    if (!RESERVED.has(key)) define(error, key, { value, enumerable: field >= hidden });
  }
}

function makeNative(base: unknown, message: string): Error {
  // The internal slot of a native error comes from the constructor, the class from the prototype: no constructor of ours has to run.
  const error = new Error(message);
  const Class = CLASSES.get(base);
  if (Class !== undefined && Class !== Error) Object.setPrototypeOf(error, Class.prototype as object);
  return error;
}

/** DOMException's name is a getter's; its constructor has to be told. */
function makeDomException(message: string, name: unknown): Error {
  if (typeof DOMException === 'undefined') {
    const error = new Error(message);
    define(error, 'name', hiddenField(name));
    return error;
  }
  return new DOMException(message, typeof name === 'string' ? name : undefined);
}

/** This package's classes, known here or not, set `name` in their constructors, which did not run. */
function ourName(base: unknown): string | undefined {
  return typeof base === 'string' && !BUILT_IN_ERRORS.includes(base) ? base : undefined;
}

interface Field {
  readonly value: unknown;
  readonly enumerable: boolean;
}

function hiddenField(value: unknown): Field {
  return { value, enumerable: false };
}

function define(error: Error, key: string, field: Field): void {
  Object.defineProperty(error, key, { ...field, configurable: true, writable: true });
}
