/**
 * What those who make a node of one kind of object ask of the walk that meets it. Types only.
 */
import type { Transferable } from './transfers';
import type { PathStep } from './unclonable-error';
import type { UnknownFunction, WireNode } from './wire-nodes';

export interface Walk {
  /** Whether the walk is inside an error. */
  readonly lenient: boolean;
  /** Whether the limits of an error leave room for more; outside errors there are none. */
  readonly hasRoom: boolean;
  /** What stands for a value in the node at hand. Call it in the order in which the slots are in the node. */
  slot(value: unknown, step: PathStep): unknown;
  /** A field, read. A getter that throws is refused. */
  field(object: object, key: string): unknown;
  /** A text; inside errors cut to a size. */
  text(value: string): string;
  /** Keeps a function for the other side. */
  export(kept: UnknownFunction): number;
  /** Whether the user marked `object`, or something that holds it, to move it. */
  isMoved(object: Transferable): boolean;
  /** The node for an object that cannot cross. @throws UnclonableError unless lenient. */
  refuseNode(what: string, placeholder: string, cause?: unknown): WireNode;
}
