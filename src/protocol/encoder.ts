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
/** Characters of one text in an error. */
const ERROR_TEXT = 1_000_000;

/** How much more may cross with one error, its causes included. */
class Room {
  /** Fields, elements and errors. */
  slots = 20_000;
  /** Errors: the text of each stack takes the time of mapping it. */
  errors = 200;
  /** Characters of all texts. */
  characters = 4_000_000;
}

/** An object that the walk has met, and where. */
interface Found {
  readonly object: object;
  readonly parent: Found | null;
  readonly step: PathStep;
  /** How deep it is inside an error. */
  readonly depth: number;
  /** That of the outermost error which it is inside of; null in none. */
  room: Room | null;
}

export class Encoder implements Walk {
  readonly #root: string;
  readonly #functions: FunctionExporter | undefined;
  readonly #next: readonly never[] = [];
  readonly #found: Found[] = [];
  readonly #nodes: WireNode[] = [];
  readonly #indices = new Map<object, number>();
  readonly #movable = new Set<object>();
  /** None for what was thrown: it is posted alone, and what is in it stays with whoever threw it. */
  readonly #marks: WeakMap<object, readonly Transferable[]> | undefined;
  #current: Found | null = null;
  #room: Room | null;
  #refusal: UnclonableError | undefined;

  /** `root` names the value in messages; `lenient` is for what was thrown. */
  constructor(root: string, functions: FunctionExporter | undefined, lenient: boolean) {
    this.#root = root;
    this.#functions = functions;
    this.#marks = lenient ? undefined : transferMarks();
    this.#room = lenient ? new Room() : null;
  }

  /** @throws UnclonableError unless lenient. */
  encode(root: unknown): Encoded {
    const value = this.slot(root, '');
    if (this.#found.length === 0) return { value };
    // The list grows while it is walked.
    for (const found of this.#found) this.#nodes.push(this.#node(found));
    const encoded = { value, nodes: this.#nodes, next: this.#next };
    if (this.#movable.size > 0) rememberTransferList(encoded, [...this.#movable]);
    return encoded;
  }

  get lenient(): boolean {
    return this.#room !== null;
  }

  get hasRoom(): boolean {
    return this.#room === null || this.#room.slots > 0;
  }

  slot(value: unknown, step: PathStep): unknown {
    if (this.#room !== null) this.#room.slots--;
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
    if (this.#room === null) return value;
    const most = Math.min(ERROR_TEXT, this.#room.characters);
    this.#room.characters -= Math.min(value.length, most);
    if (value.length <= most) return value;
    return `${value.slice(0, most)}… [${value.length - most} more characters]`;
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
    this.#room = found.room;
    const marked = this.#marks?.get(found.object);
    if (marked !== undefined) for (const part of marked) this.#movable.add(part);
    const length = this.#found.length;
    try {
      if (this.lenient && found.depth > ERROR_DEPTH) return [Kind.text, describeRefused(found.object)];
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
    if (known !== undefined && this.#servesHere(known)) return [known];
    const isError = types.isNativeError(object);
    const room = isError ? (this.#room ?? new Room()) : this.#room;
    if (room !== null && (room.slots <= 0 || (isError && room.errors-- <= 0))) return describeRefused(object);
    const depth = isError || !this.lenient ? 0 : (this.#current?.depth ?? 0) + 1;
    this.#indices.set(object, this.#found.length);
    this.#found.push({ object, parent: this.#current, step, depth, room });
    return this.#next;
  }

  /** Whether an object that was found before is as the rules at hand want it: what an error holds may have been cut, unless its turn is to come. */
  #servesHere(index: number): boolean {
    const found = this.#found[index];
    if (found === undefined || this.lenient || found.room === null || types.isNativeError(found.object)) return true;
    if (index < this.#nodes.length) return false;
    found.room = null;
    return true;
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
