/**
 * Values that cross: made ready on one side, built anew on the other out of that realm's own classes. Both sides; pure.
 *
 * As with structured clone, cycles and shared references hold, and instances of classes cross as their own enumerable fields. Beyond it,
 * Buffers stay Buffers, errors keep their class and all their fields, objects without a prototype stay so, URLs cross, and functions
 * may, where the caller keeps them.
 */
import { types } from 'node:util';
import { decodeTable } from './decoder';
import { isDense } from './encode-object';
import { Encoder } from './encoder';
import type { Encoded, FunctionExporter, FunctionImporter } from './wire-nodes';

export type { Encoded, EncodedError, FunctionExporter, FunctionImporter, UnknownFunction } from './wire-nodes';
export { UnclonableError } from './unclonable-error';
export { transfer, transferListOf, type Transferable } from './transfers';

/**
 * Makes a value ready to cross. `functions` keeps the functions in it; without it they are refused. `root` names the value in messages.
 * @throws UnclonableError naming the path of what cannot cross.
 */
export function encode(value: unknown, functions?: FunctionExporter, root = 'value'): Encoded {
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return { value };
  if (isFlat(value)) return { value };
  return new Encoder(root, functions, false).encode(value);
}

/** Whether it is a short list of primitives, as most arguments are: these need no table. A proxy does, since structured clone takes none. */
function isFlat(value: unknown): boolean {
  if (!Array.isArray(value) || types.isProxy(value) || value.length > 8 || !isDense(value)) return false;
  return value.every(
    (element) => element === null || (typeof element !== 'object' && typeof element !== 'function' && typeof element !== 'symbol'),
  );
}

/**
 * The value again, native to this realm. `functions` gives what stands for the other side's functions.
 * @throws RemoteError for a message that is no encoded value; nothing else, and no prototype is ever touched.
 */
export function decode(encoded: Encoded, functions?: FunctionImporter): unknown {
  return decodeTable(encoded, functions);
}
