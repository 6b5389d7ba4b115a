/**
 * What the host asks of a server, whatever its shape. Server side. Types only.
 */
import type { BoundAddress, CutConnection, ListenTarget } from '../protocol/messages';

/** A server that listens: the same few things for every shape. */
export interface RunningServer {
  /** What the user thinks of as the server; `controller.server` reaches it. */
  readonly server: unknown;
  /** What the server's own `address()` gives; null for one that has none. */
  readonly address: BoundAddress | null;
  readonly url: string | null;
  /** Requests in flight now, each as a line, e.g. `GET /users`. */
  inFlight(): readonly string[];
  /** Errors that arise after it listens, on the server object itself (an `error` event that nobody hears). */
  onError(listener: (error: unknown) => void): void;
  /**
   * Closes all of its parts: no new connections, idle ones cut at once, busy ones when the deadline comes.
   * Never rejects for what the server's own close does; that is in the report. Bounded by the deadline plus a few milliseconds.
   */
  close(deadline: CloseDeadline): Promise<ServerCloseReport>;
}

export interface CloseDeadline {
  /** Milliseconds that open connections get from now; 0 cuts at once. */
  readonly timeout: number;
}

export interface ServerCloseReport {
  /** Whether connections had to be cut or the server's own close did not settle. */
  readonly forced: boolean;
  readonly cut: readonly CutConnection[];
  /** What the server's own close threw or rejected with. */
  readonly closeError?: unknown;
}

/** How one shape of server is recognised and made to listen; users add their own by `static adapters`. */
export interface ServerAdapter<Shape = unknown> {
  /** The shape's name, for messages, e.g. `Koa application`. */
  readonly name: string;
  /** Whether `value` is of this shape. Judges by what the object can do, never by its package's name; must not throw. */
  accepts(value: unknown): boolean;
  /** Makes it listen and resolves when it does; rejects with the error that prevented it. */
  listen(value: Shape, target: ListenTarget): Promise<RunningServer>;
}
