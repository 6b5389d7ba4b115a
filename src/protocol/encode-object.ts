/**
 * What each kind of object becomes on the wire. Both sides; pure.
 *
 * Objects may come from any realm (a Jest test sees some of Node's own), so kinds are told by internal slots, never by `instanceof`.
 */
import { Buffer } from 'node:buffer';
import { inspect, types } from 'node:util';
import { errorNode, isErrorLike } from './encode-error';
import { nameOf } from './function-name';
import type { Walk } from './walk';
import { Kind, type WireNode } from './wire-nodes';

/** The largest binary that crosses as a field of an error. */
const ERROR_BYTES = 1_000_000;

const viewName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;

/** A few words for a value that is not sent, e.g. `[Function: connect]`. Never throws. */
export function describeRefused(value: unknown): string {
  try {
    if (typeof value === 'object' && value !== null && !isErrorLike(value)) return `[${className(value)}]`;
    if (typeof value === 'object' && value !== null)
      return `${String((value as Error).name)}: ${String((value as Error).message).slice(0, 1000)}`;
    return inspect(value, { depth: 0, maxStringLength: 1000 });
  } catch {
    return `[${typeof value}]`;
  }
}

/** The node for an object or a function. */
export function nodeFor(object: object, walk: Walk): WireNode {
  if (typeof object === 'function') return [Kind.function, walk.export(object as () => unknown), nameOf(object)];
  if (walk.isMoved(object) && !types.isAnyArrayBuffer(object)) return [Kind.transferred, object];
  if (Array.isArray(object)) return arrayNode(object, walk);
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype) return withFields([Kind.object], object, walk);
  if (prototype === null && !types.isModuleNamespaceObject(object)) return withFields([Kind.nullObject], object, walk);
  return builtInNode(object, walk) ?? instanceNode(object, walk);
}

/** Whether it has neither holes nor fields of its own; with one of each it has as many keys as elements. */
export function isDense(array: readonly unknown[]): boolean {
  const keys = Object.keys(array);
  return keys.length === array.length && (keys.length === 0 || keys.at(-1) === String(array.length - 1));
}

function arrayNode(array: readonly unknown[], walk: Walk): WireNode {
  if (!isDense(array)) return withFields([Kind.sparseArray, array.length], array, walk);
  const limited = walk.lenient && array.length > 1000;
  const node: WireNode = [Kind.array];
  for (let index = 0; index < array.length; index++) {
    if (limited && !walk.hasRoom) {
      node.push(`… ${array.length - index} more`);
      break;
    }
    let element: unknown;
    try {
      element = array[index];
    } catch {
      node.push(walk.field(array, String(index)));
      continue;
    }
    node.push(walk.slot(element, index));
  }
  return node;
}

/** A node, with the own enumerable fields of `object` put at its end. */
function withFields(node: WireNode, object: object, walk: Walk): WireNode {
  for (const key of Object.keys(object)) {
    if (!walk.hasRoom) break;
    node.push(key);
    node.push(walk.field(object, key));
  }
  return node;
}

function builtInNode(object: object, walk: Walk): WireNode | undefined {
  if (isErrorLike(object)) return errorNode(object, walk);
  if (types.isDate(object)) return [Kind.date, Date.prototype.getTime.call(object)];
  if (types.isRegExp(object)) return [Kind.regExp, object.source, object.flags];
  if (types.isMap(object)) return mapNode(object, walk);
  if (types.isSet(object)) return setNode(object, walk);
  if (types.isAnyArrayBuffer(object) || ArrayBuffer.isView(object)) return binaryNode(object, walk);
  if (types.isBoxedPrimitive(object)) return boxedNode(object, walk);
  return undefined;
}

function mapNode(map: ReadonlyMap<unknown, unknown>, walk: Walk): WireNode {
  const node: WireNode = [Kind.map];
  let index = 0;
  for (const [key, value] of Map.prototype.entries.call(map)) {
    if (!walk.hasRoom) break;
    node.push(walk.slot(key, { words: `.keys()[${index}]` }));
    node.push(walk.slot(value, { words: typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `.values()[${index}]` }));
    index++;
  }
  return node;
}

function setNode(set: ReadonlySet<unknown>, walk: Walk): WireNode {
  const node: WireNode = [Kind.set];
  let index = 0;
  for (const value of Set.prototype.values.call(set)) {
    if (!walk.hasRoom) break;
    node.push(walk.slot(value, { words: `.values()[${index}]` }));
    index++;
  }
  return node;
}

function boxedNode(object: object, walk: Walk): WireNode {
  if (types.isSymbolObject(object)) return walk.refuseNode('a symbol', '[Symbol]');
  if (types.isStringObject(object)) return [Kind.boxed, walk.text(String.prototype.valueOf.call(object))];
  if (types.isNumberObject(object)) return [Kind.boxed, Number.prototype.valueOf.call(object)];
  if (types.isBooleanObject(object)) return [Kind.boxed, Boolean.prototype.valueOf.call(object)];
  return [Kind.boxed, BigInt.prototype.valueOf.call(object)];
}

function binaryNode(object: ArrayBufferLike | ArrayBufferView, walk: Walk): WireNode {
  const buffer = ArrayBuffer.isView(object) ? object.buffer : object;
  // Shared memory cannot go to another process, and an error must.
  if (walk.lenient && (object.byteLength > ERROR_BYTES || types.isSharedArrayBuffer(buffer)))
    return [Kind.text, `[${className(object)} of ${object.byteLength} bytes]`];
  if (isDetached(buffer)) return walk.refuseNode('a detached ArrayBuffer', '[detached ArrayBuffer]');
  if (!ArrayBuffer.isView(object)) return [Kind.arrayBuffer, object];
  const { byteOffset, byteLength } = object;
  if (Buffer.isBuffer(object) && !walk.isMoved(buffer)) {
    // A small Buffer is a window on Node's shared pool; only its own bytes may cross.
    return [Kind.buffer, Uint8Array.prototype.slice.call(new Uint8Array(buffer, byteOffset, byteLength)).buffer];
  }
  if (Buffer.isBuffer(object)) return [Kind.view, 'Buffer', buffer, byteOffset, byteLength];
  const name: unknown = types.isDataView(object) ? 'DataView' : viewName?.call(object);
  return [Kind.view, name, buffer, byteOffset, 'length' in object ? object.length : byteLength];
}

/** Whether its bytes have been moved elsewhere; not before Node 22 has it a property for that. */
function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Instances of classes cross as their own enumerable fields, as structured clone has it, unless they cannot mean anything over there. */
function instanceNode(object: object, walk: Walk): WireNode {
  const tag = Object.prototype.toString.call(object).slice(8, -1);
  if (tag === 'URL' && 'href' in object) return [Kind.url, String(object.href)];
  if (tag === 'URLSearchParams') return [Kind.urlSearchParams, String(object)];
  const name = className(object);
  if (tag === 'MessagePort' || name === 'MessagePort') {
    return walk.refuseNode('a MessagePort not marked with transfer()', '[MessagePort]');
  }
  if (REFUSED.has(tag) || REFUSED_KINDS.test(tag) || types.isPromise(object) || types.isExternal(object) || holdsHandle(object)) {
    return walk.refuseNode(`${/^(?:[aeio]|HTML|SVG)/i.test(name) ? 'an' : 'a'} ${name}`, `[${name}]`);
  }
  return withFields([Kind.object], object, walk);
}

/** Built-in classes, by their `toStringTag`, whose own fields say nothing of what they are. */
const REFUSED: ReadonlySet<string> = new Set(
  `Promise WeakMap WeakSet WeakRef FinalizationRegistry Generator AsyncGenerator Blob File FormData Headers Request Response ReadableStream
  WritableStream TransformStream CompressionStream DecompressionStream URLPattern AbortSignal AbortController EventTarget
  BroadcastChannel KeyObject CryptoKey Crypto SubtleCrypto Worker WebSocket DisposableStack AsyncDisposableStack Event CustomEvent
  MessageEvent TextEncoder TextDecoder TextEncoderStream TextDecoderStream Performance Document DocumentFragment Text Comment NodeList
  HTMLCollection`.split(/\s+/),
);

/** Such as `Array Iterator`, `Intl.NumberFormat`, `Temporal.Instant`, `WebAssembly.Module` and `HTMLInputElement`. */
const REFUSED_KINDS = /Iterator|^(?:Intl|Temporal|WebAssembly)\.|^(?:HTML|SVG)\w*Element$/;

/** Sockets, servers, streams and the like: they are of the thread that made them. */
function holdsHandle(object: object): boolean {
  if ('pipe' in object && typeof object.pipe === 'function') return true;
  if ('asyncId' in object && 'emit' in object) return true;
  // Not read: of a datagram socket, that is deprecated. What is a text is a field of the user's.
  return '_handle' in object && typeof Object.getOwnPropertyDescriptor(object, '_handle')?.value !== 'string';
}

function className(object: object): string {
  const constructor: unknown = (object as { constructor?: unknown }).constructor;
  const name = typeof constructor === 'function' ? constructor.name : '';
  // Generators and iterators have no class of their own.
  return name === '' || name === 'Object' || name === 'Iterator' ? Object.prototype.toString.call(object).slice(8, -1) : name;
}
