/**
 * Builds ArrayBuffers, their views and Buffers of this realm. Both sides; pure.
 */
import { Buffer } from 'node:buffer';
import { types } from 'node:util';
import { Kind, type WireNode } from './wire-nodes';

type ViewClass = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** Widened: to the compiler, whatever is an ArrayBuffer is one of this realm. */
const LocalArrayBuffer: abstract new (...args: never[]) => object = ArrayBuffer;

const VIEWS: ReadonlyMap<unknown, ViewClass> = new Map<string, ViewClass>([
  ['Int8Array', Int8Array],
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Int16Array', Int16Array],
  ['Uint16Array', Uint16Array],
  ['Int32Array', Int32Array],
  ['Uint32Array', Uint32Array],
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
  ['BigInt64Array', BigInt64Array],
  ['BigUint64Array', BigUint64Array],
  ['DataView', DataView],
]);

/** `buffers` keeps one local buffer for each that arrived, so that views go on sharing it. */
export function makeBinary(node: WireNode, buffers: Map<object, ArrayBufferLike>): ArrayBufferLike | ArrayBufferView {
  const [kind, first, second, third, fourth] = node;
  if (kind === Kind.buffer) return Buffer.from(localBuffer(first, buffers));
  if (kind === Kind.arrayBuffer) return localBuffer(first, buffers);
  const buffer = localBuffer(second, buffers);
  if (first === 'Buffer') return Buffer.from(buffer as ArrayBuffer, Number(third), Number(fourth));
  const View = VIEWS.get(first) ?? floats16(first);
  return new View(buffer, Number(third), Number(fourth));
}

/** Float16Array exists from Node 24 on. */
function floats16(name: unknown): ViewClass {
  const View: unknown = name === 'Float16Array' ? Reflect.get(globalThis, 'Float16Array') : undefined;
  if (typeof View !== 'function') throw new TypeError(`There is no class ${String(name)} here`);
  return View as ViewClass;
}

function localBuffer(buffer: unknown, buffers: Map<object, ArrayBufferLike>): ArrayBuffer {
  if (!types.isAnyArrayBuffer(buffer)) throw new TypeError('Expected an ArrayBuffer');
  const known = buffers.get(buffer);
  if (known !== undefined) return known as ArrayBuffer;
  const local = toLocal(buffer);
  buffers.set(buffer, local);
  return local;
}

function toLocal(buffer: ArrayBufferLike): ArrayBuffer {
  // Shared memory cannot be rebuilt, or it would be shared no more.
  if (buffer instanceof LocalArrayBuffer || types.isSharedArrayBuffer(buffer)) return buffer as ArrayBuffer;
  const bytes = new Uint8Array(buffer);
  const local = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(local).set(bytes);
  return local;
}
