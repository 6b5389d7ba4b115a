/**
 * The walk that turns a value into a table of nodes. Both sides; pure.
 *
 * It never recurses, so that no nesting is too deep, and it knows the way back from each object, so that what cannot cross is named by
 * its path. Inside errors it is lenient: an error must always arrive, so there a text stands in for what cannot cross, and sizes are
 * limited, since errors of HTTP clients and frameworks hold on to half of the program.
 */
import { types } from 'node:util';
import { describeRefused, nodeFor } from './encode-object';
import { rememberTransferList, transferMarks, type Transferable } from './transfers';
import { formatPath, type PathStep, UnclonableError } from './unclonable-error';
import type { Walk } from './walk';
import type { Encoded, FunctionExporter, WireNode } from './wire-nodes';
import { Kind } from './wire-nodes';

/** How far the fields of an error are followed, counted from the nearest error above. */
const ERROR_DEPTH = 8;
/** How many fields, elements and errors cross with one error, its causes included. */
const ERROR_SLOTS = 20_000;
/** How many errors: the text of each stack takes the time of mapping it. */
const ERROR_COUNT = 200;
/** Characters of one text in an error, and of all of them. */
const ERROR_TEXT = 1_000_000;
const ERROR_TEXTS = 4_000_000;

/** An object that the walk has met: where, and how deep inside an error (-1: in none). */
interface Found {
  readonly object: object;
  readonly parent: Found | null;
  readonly step: PathStep;
  readonly depth: number;
}

export class Encoder implements Walk {
  readonly #root: string;
  readonly #functions: FunctionExporter | undefined;
  readonly #next: readonly never[] = [];
  readonly #found: Found[] = [];
  readonly #indices = new Map<object, number>();
  readonly #movable = new Set<object>();
  /** None for what was thrown: it is posted alone, and what is in it stays with whoever threw it. */
  readonly #marks: WeakMap<object, readonly Transferable[]> | undefined;
  #current: Found | null = null;
  #depth: number;
  #slotsLeft = ERROR_SLOTS;
  #textLeft = ERROR_TEXTS;
  #errorsLeft = ERROR_COUNT;
  #refusal: UnclonableError | undefined;

  /** `root` names the value in messages; `lenient` is for what was thrown. */
  constructor(root: string, functions: FunctionExporter | undefined, lenient: boolean) {
    this.#root = root;
    this.#functions = functions;
    this.#marks = lenient ? undefined : transferMarks();
    this.#depth = lenient ? 0 : -1;
  }

  /** @throws UnclonableError unless lenient. */
  encode(root: unknown): Encoded {
    const value = this.slot(root, '');
    if (this.#found.length === 0) return { value };
    const nodes: WireNode[] = [];
    // The list grows while it is walked.
    for (const found of this.#found) nodes.push(this.#node(found));
    const encoded = { value, nodes, next: this.#next };
    if (this.#movable.size > 0) rememberTransferList(encoded, [...this.#movable]);
    return encoded;
  }

  get lenient(): boolean {
    return this.#depth >= 0;
  }

  get hasRoom(): boolean {
    return !this.lenient || this.#slotsLeft > 0;
  }

  slot(value: unknown, step: PathStep): unknown {
    if (this.lenient) this.#slotsLeft--;
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'symbol':
        return this.#refuse(step, 'a symbol', String(value));
      case 'function':
        if (this.#functions === undefined || this.lenient) {
          return this.#refuse(step, 'a function', describeRefused(value));
        }
        return this.#reference(value, step);
      case 'object':
        return value === null ? null : this.#reference(value, step);
      default:
        return value;
    }
  }

  field(object: object, key: string): unknown {
    let value: unknown;
    try {
      value = (object as Record<string, unknown>)[key];
    } catch (error) {
      return this.#refuse(key, `a getter that throws (${describeRefused(error)})`, `[getter that threw: ${describeRefused(error)}]`, error);
    }
    return this.slot(value, key);
  }

  text(value: string): string {
    if (!this.lenient) return value;
    const room = Math.max(0, Math.min(ERROR_TEXT, this.#textLeft));
    this.#textLeft -= Math.min(value.length, room);
    if (value.length <= room) return value;
    return `${value.slice(0, room)}… [${value.length - room} more characters]`;
  }

  export(kept: (...args: never[]) => unknown): number {
    if (this.#functions === undefined) throw new TypeError('No functions cross here');
    return this.#functions(kept);
  }

  isMoved(object: Transferable): boolean {
    return this.#movable.has(object);
  }

  refuseNode(what: string, placeholder: string, cause?: unknown): WireNode {
    return [Kind.text, this.#refuse(null, what, placeholder, cause)];
  }

  #node(found: Found): WireNode {
    this.#current = found;
    this.#depth = found.depth;
    const marked = this.#marks?.get(found.object);
    if (marked !== undefined) for (const part of marked) this.#movable.add(part);
    const length = this.#found.length;
    try {
      if (found.depth > ERROR_DEPTH) return [Kind.text, describeRefused(found.object)];
      return nodeFor(found.object, this);
    } catch (error) {
      if (error === this.#refusal) throw error;
      // A proxy's trap, a detached buffer, a class's own `toStringTag`. Children that the lost node had found have no place any more.
      for (const child of this.#found.splice(length)) this.#indices.delete(child.object);
      return this.refuseNode(`unreadable (${describeRefused(error)})`, `[unreadable: ${describeRefused(error)}]`, error);
    }
  }

  #reference(object: object, step: PathStep): unknown {
    const known = this.#indices.get(object);
    if (known !== undefined) return [known];
    if (this.lenient && this.#slotsLeft <= 0) return describeRefused(object);
    const depth = this.#childDepth(object);
    if (depth === 0 && this.#errorsLeft-- <= 0) return describeRefused(object);
    this.#indices.set(object, this.#found.length);
    this.#found.push({ object, parent: this.#current, step, depth });
    return this.#next;
  }

  #childDepth(object: object): number {
    if (types.isNativeError(object)) return 0;
    return this.lenient ? this.#depth + 1 : -1;
  }

  /** `step` leads from the object at hand to the culprit; null when it is the culprit itself. */
  #refuse(step: PathStep | null, what: string, placeholder: string, cause?: unknown): string {
    if (this.lenient) return this.text(placeholder);
    const steps: PathStep[] = step === null || this.#current === null ? [] : [step];
    for (let at = this.#current; at?.parent != null; at = at.parent) steps.unshift(at.step);
    this.#refusal = new UnclonableError(formatPath(this.#root, steps), what, cause === undefined ? undefined : { cause });
    throw this.#refusal;
  }
}
