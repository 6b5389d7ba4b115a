/**
 * Builds a value from its table of nodes, out of the classes of the realm in which this module was evaluated. Both sides; pure.
 *
 * What arrives is not trusted: every step is checked, keys are defined and not assigned where that differs, and what does not fit the
 * vocabulary is one `RemoteError`.
 */
import { RemoteError } from '../errors/errors';
import { fillError, makeError } from './decode-error';
import { makeBinary } from './decode-binary';
import { type Encoded, type FunctionImporter, Kind, type WireNode } from './wire-nodes';

// Taken at load: under a test's fake timers `Date` is another.
const LocalDate = Date;

/** Who may have written what no encoder of ours did. */
export const SUSPECTS =
  'Look for server code that posts messages of its own (parentPort, process.send), or for two versions of jest-controller in one project.';

/** A message that no encoder of ours wrote. */
export function malformed(reason: string, cause?: unknown): RemoteError {
  return new RemoteError(
    `A message from the other side could not be read: ${reason}. ${SUSPECTS}`,
    cause === undefined ? undefined : { cause },
  );
}

export class Decoder {
  readonly #nodes: readonly unknown[];
  readonly #next: unknown;
  readonly #functions: FunctionImporter | undefined;
  readonly #values: unknown[] = [];
  readonly #buffers = new Map<object, ArrayBufferLike>();

  constructor(nodes: readonly unknown[], next: unknown, functions: FunctionImporter | undefined) {
    this.#nodes = nodes;
    this.#next = next;
    this.#functions = functions;
  }

  /** @throws RemoteError for a malformed table. */
  decode(root: unknown): unknown {
    const value = this.#slot(root);
    // The list grows while it is walked: filling a node takes others.
    for (let index = 0; index < this.#values.length; index++) this.#fill(this.#node(index), this.#values[index]);
    return value;
  }

  #node(index: number): WireNode {
    const node = this.#nodes[index];
    if (!Array.isArray(node)) throw malformed('a part of it is missing');
    return node as WireNode;
  }

  #slot(slot: unknown): unknown {
    if (typeof slot !== 'object' || slot === null) return slot;
    if (slot === this.#next) {
      const value = this.#make(this.#node(this.#values.length));
      this.#values.push(value);
      return value;
    }
    const index: unknown = Array.isArray(slot) ? slot[0] : undefined;
    if (typeof index !== 'number' || !(index in this.#values)) throw malformed('a part of it refers to nothing');
    return this.#values[index];
  }

  /** The object of a node, its slots not yet filled. */
  #make(node: WireNode): unknown {
    switch (node[0]) {
      case Kind.array:
      case Kind.sparseArray:
        return [];
      case Kind.object:
        return {};
      case Kind.nullObject:
        return Object.create(null);
      case Kind.map:
        return new Map();
      case Kind.set:
        return new Set();
      case Kind.error:
        return makeError(node);
      case Kind.arrayBuffer:
      case Kind.view:
      case Kind.buffer:
        return makeBinary(node, this.#buffers);
      default:
        return this.#makeLeaf(node);
    }
  }

  #makeLeaf(node: WireNode): unknown {
    const [kind, first, second] = node;
    switch (kind) {
      case Kind.date:
        return new LocalDate(Number(first));
      case Kind.regExp:
        return new RegExp(String(first), String(second));
      case Kind.boxed:
        if (typeof first === 'object' || first === undefined) throw malformed('a boxed value is none');
        return Object(first);
      case Kind.function:
        if (this.#functions === undefined || typeof first !== 'number') throw malformed('a function came where none can');
        return this.#functions(first, String(second));
      case Kind.url:
        return new URL(String(first));
      case Kind.urlSearchParams:
        return new URLSearchParams(String(first));
      case Kind.transferred:
        return first;
      case Kind.text:
        return String(first);
      default:
        throw malformed(`it holds an object of unknown kind ${String(kind)}`);
    }
  }

  #fill(node: WireNode, value: unknown): void {
    switch (node[0]) {
      case Kind.array:
        for (let at = 1; at < node.length; at++) (value as unknown[]).push(this.#slot(node[at]));
        return;
      case Kind.sparseArray:
        (value as unknown[]).length = Number(node[1]);
        this.#fillFields(node, 2, value as object);
        return;
      case Kind.object:
      case Kind.nullObject:
        this.#fillFields(node, 1, value as object);
        return;
      case Kind.map:
        for (let at = 1; at < node.length; at += 2) (value as Map<unknown, unknown>).set(this.#slot(node[at]), this.#slot(node[at + 1]));
        return;
      case Kind.set:
        for (let at = 1; at < node.length; at++) (value as Set<unknown>).add(this.#slot(node[at]));
        return;
      case Kind.error:
        fillError(node, value as Error, (slot) => this.#slot(slot));
        return;
      default:
        return;
    }
  }

  #fillFields(node: WireNode, from: number, object: object): void {
    for (let at = from; at < node.length; at += 2) {
      const key = String(node[at]);
      const value = this.#slot(node[at + 1]);
      if (key in object) {
        // Assigned, `__proto__` would replace the prototype, and what a frozen prototype has could not be assigned at all.
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      } else {
        (object as Record<string, unknown>)[key] = value;
      }
    }
  }
}

/** A list of primitives, which crossed as it is. */
function flatList(list: readonly unknown[]): unknown[] {
  const local: unknown[] = [];
  for (const element of list) {
    if ((typeof element === 'object' && element !== null) || typeof element === 'function') throw malformed('it has no table');
    local.push(element);
  }
  return local;
}

/** The value of a table or of a bare primitive. @throws RemoteError for anything else. */
export function decodeTable(encoded: Encoded, functions?: FunctionImporter): unknown {
  const given: unknown = encoded;
  if (typeof given !== 'object' || given === null) throw malformed(`it is of type ${given === null ? 'null' : typeof given}`);
  const { value, nodes, next } = encoded;
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw malformed(`it is a ${typeof value}`);
    return value;
  }
  if (nodes === undefined && Array.isArray(value)) return flatList(value);
  if (!Array.isArray(nodes) || !Array.isArray(next)) throw malformed('it has no table');
  try {
    return new Decoder(nodes, next, functions).decode(value);
  } catch (error) {
    throw error instanceof RemoteError ? error : malformed('a part of it is invalid', error);
  }
}
