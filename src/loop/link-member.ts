/**
 * What a link needs of the controllers on its host, and what they hear when that ends. Test side. Types only.
 */
import type { ControllerId, FromHost } from '../protocol/messages';

/** A controller on a host. */
export interface LinkMember {
  /** For messages about what happened to the loop, e.g. `EchoController`. */
  readonly name: string;
  /** Whose session it is: the same in all sessions of a controller. */
  readonly owner: symbol;
  /** When its present wait is over, on the clock of `now()`; Infinity where it waits for nothing. */
  readonly deadline: number;
  /** Acts on a `deadline` that has passed: where this thread is blocked, no timer does. */
  tick(): void;
  receive(message: FromHost): void;
  /** The host is gone, or as good as gone; called once, last. */
  ended(end: LinkEnd): void;
}

/** How a host ended. */
export interface LinkEnd {
  readonly code: number | null;
  /** The signal that ended it, where it was one. */
  readonly signal?: string | undefined;
  /** The uncaught error that ended it, as itself. */
  readonly error?: unknown;
  /** Whether `error` is set: a server may throw `undefined`. */
  readonly threw: boolean;
  /** The user's frames that led to `process.exit()`, where it was called. */
  readonly exitedAt?: string | undefined;
  /** The error that a handler of the server's own had been given shortly before, where `process.exit()` was called. */
  readonly handled?: { readonly error: unknown } | undefined;
  /** The controllers whose stops were under way, where it could say so. */
  readonly stops?: readonly ControllerId[] | undefined;
  /** The name of the controller for whose sake it was ended by force. */
  readonly culprit?: string | undefined;
}
