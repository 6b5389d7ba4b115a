/**
 * The vocabulary of an encoded value: what its parts look like on the wire. Both sides; pure.
 *
 * A value crosses as a flat table, one row ("node") for each object in it, in the order in which a breadth-first walk finds them. Flat,
 * because structured clone recurses, and a value that one thread's stack can write another's may be unable to read; a table, because the
 * receiving realm has to build its own objects anyway, and builds them straight from it.
 *
 * A slot in a node is a primitive as it is; the table's `next` (one shared array, recognised by identity) for "the next node not yet
 * taken"; or `[index]` for a node that was met before.
 */

/** The first element of each node. What follows is said beside it. */
export const Kind = {
  /** Slots, one an element; no holes. */
  array: 0,
  /** Length, then pairs of key and slot: arrays with holes or with fields of their own. */
  sparseArray: 1,
  /** Pairs of key and slot. */
  object: 2,
  /** Pairs of key and slot; no prototype. */
  nullObject: 3,
  /** Pairs of slots. */
  map: 4,
  /** Slots. */
  set: 5,
  /** Milliseconds, or NaN. */
  date: 6,
  /** Source, flags. */
  regExp: 7,
  /** The primitive inside. */
  boxed: 8,
  /** An ArrayBuffer or SharedArrayBuffer. */
  arrayBuffer: 9,
  /** Class, ArrayBuffer, offset, length. */
  view: 10,
  /** An ArrayBuffer that holds exactly its bytes. */
  buffer: 11,
  /** Base class, name or null, message, stack or null, number of hidden pairs, then pairs of key and slot, the hidden ones first. */
  error: 12,
  /** Number and name of a function that the sender keeps. */
  function: 13,
  /** Its text. */
  url: 14,
  /** Its text. */
  urlSearchParams: 15,
  /** An object that was moved by `transfer`. */
  transferred: 16,
  /** A text in place of what cannot cross; in errors only. */
  text: 17,
} as const;

export type WireNode = [kind: number, ...parts: unknown[]];

/** A value made ready for structured clone, and for `v8.serialize`. Made by `encode`, read by `decode`. */
export interface Encoded {
  /** The slot of the value itself; without a table, a primitive or a list of them. */
  readonly value: unknown;
  readonly nodes?: readonly WireNode[];
  readonly next?: readonly never[];
}

/** An error made ready for structured clone, whatever was thrown. Made by `encodeError`, read by `decodeError`. */
export interface EncodedError {
  readonly thrown: Encoded;
  /** How the value prints, where it is no error. */
  readonly shown?: string;
}

/** A function of the user's, of which no more is known. */
export type UnknownFunction = (...args: never[]) => unknown;

/** Keeps a function for the other side to call and gives the number under which it does. */
export type FunctionExporter = (kept: UnknownFunction) => number;

/** Gives what stands for the other side's function of that number. */
export type FunctionImporter = (id: number, name: string) => (...args: unknown[]) => Promise<unknown>;
