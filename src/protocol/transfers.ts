/**
 * What the user marked to be moved instead of copied. Both sides; pure.
 */
import type { Encoded } from './wire-nodes';

/**
 * What a thread can hand over for good: an ArrayBuffer, a MessagePort and their like.
 * @category Remote
 */
export type Transferable = object;

const MARKS = Symbol.for('jest-controller.transfers');
const movedWith = new WeakMap<Encoded, readonly Transferable[]>();

/** One list for all copies of the package in a realm: on the server side, the user's copy need not be the host's. */
export function transferMarks(): WeakMap<object, readonly Transferable[]> {
  const holder = globalThis as { [MARKS]?: WeakMap<object, readonly Transferable[]> };
  const existing = holder[MARKS];
  if (existing !== undefined) return existing;
  const created = new WeakMap<object, readonly Transferable[]>();
  Object.defineProperty(globalThis, MARKS, { value: created });
  return created;
}

/**
 * Marks parts of `value` to be moved to the other thread instead of copied; they are unusable here afterwards. MessagePorts cross only so.
 * Between processes nothing can be moved, and such a call rejects.
 * @param value an argument of a remote call or of an event, or what a remote method returns
 * @param parts the buffers and ports in it that are to be moved
 * @returns `value`
 * @category Remote
 * @example
 * await api.remote.upload(transfer(bytes, [bytes.buffer]));
 */
export function transfer<Value extends object>(value: Value, parts: readonly Transferable[]): Value {
  transferMarks().set(value, [...parts]);
  return value;
}

/** The list to post an encoded value with. */
export function transferListOf(encoded: Encoded): readonly Transferable[] {
  return movedWith.get(encoded) ?? [];
}

/** Remembers that list; called by `encode`. */
export function rememberTransferList(encoded: Encoded, parts: readonly Transferable[]): void {
  movedWith.set(encoded, parts);
}
