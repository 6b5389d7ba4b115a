/**
 * What the host asks of a server, whatever its shape, and what an adapter tells about one shape. Server side. Types only.
 */
import type { Server as NodeServer } from 'node:net';
import type { BoundAddress, CutConnection, ListenTarget } from '../protocol/messages';
import type { Noted } from '../protocol/noted';

export type { BoundAddress, CutConnection, ListenTarget };

/** Where what shall listen comes from, for messages: `factory() of Echo` has `returned` it, or `The main export of /app.js` `is` it. */
export interface Source {
  readonly subject: string;
  readonly verb: 'returned' | 'is';
}

/** A server that listens: the same few things for every shape. */
export interface RunningServer {
  /**
   * What the user thinks of as the server; `controller.server` reaches it. For a request listener, a Koa application or a fetch
   * handler the `http.Server` made for it, otherwise what the factory returned.
   */
  readonly server: unknown;
  /** What the server's own `address()` gives; null for one that has none. */
  readonly address: BoundAddress | null;
  readonly url: string | null;
  /** It listened already when it was handed over, or chose its address itself. */
  readonly adopted: boolean;
  /** HTTP requests in flight now, each as a line, e.g. `GET /users`, with when it came; of one for a WebSocket or a tunnel it is not known for which. */
  inFlight(): readonly Noted[];
  /** The latest HTTP/1 requests that were answered with 500 or more: `GET /users with 500`. */
  failures(): readonly Noted[];
  /** Whether it does not listen any more; false where that cannot be known. */
  isClosed(): boolean;
  /** Whether `server` is one of Node's servers inside it. */
  owns(server: NodeServer): boolean;
  /**
   * Closes all of its parts. It stops listening at once, and calls the shape's own close at once.
   *
   * A connection is *busy* while an HTTP request on it (an HTTP/2 stream too) is unanswered, or while bytes wait to be written to it.
   * Busy ones may finish until the deadline; then they are cut and listed. All others are cut at once and not listed, for there is
   * nothing known to wait for: idle keep-alive ones, those that never sent a request, raw TCP and TLS; upgraded ones (WebSocket,
   * CONNECT) when the shape's own close has come to close Node's server, for until then its hooks may say goodbye to them. A protocol
   * that wants to drain those does so in the controller's `close` hook, which comes before. A server-sent event stream is an unanswered
   * request: it is busy.
   *
   * Never rejects for what the server's own close does; that is in the report. Bounded by the deadline plus a few milliseconds.
   */
  close(deadline: CloseDeadline): Promise<ServerCloseReport>;
}

export interface CloseDeadline {
  /** Milliseconds that busy connections get from now; 0 cuts at once. */
  readonly timeout: number;
  /** Told which busy ones have been cut, at once: before the server's own code hears of it. */
  onCut?(connections: readonly CutConnection[]): void;
}

export interface ServerCloseReport {
  /** Whether busy connections had to be cut or the server's own close did not settle in time. */
  readonly forced: boolean;
  /** The busy connections that were cut. */
  readonly cut: readonly CutConnection[];
  /** What the server's own close threw or rejected with. */
  readonly closeError?: unknown;
}

/**
 * What an adapter tells about a server that it has made listen. Every field may be left out: what is not said is found, by watching
 * which of Node's servers began to listen meanwhile.
 * @category Servers
 */
export interface Listening {
  /**
   * What the user thinks of as the server; `controller.server` reaches it.
   * @default the value itself
   */
  readonly server?: unknown;
  /**
   * Where it listens.
   * @default what `address()` of the first of `servers` gives, else null
   */
  readonly address?: BoundAddress | null | undefined;
  /**
   * Where a client reaches it.
   * @default made of `scheme` and `address`
   */
  readonly url?: string | undefined;
  /**
   * The url's scheme without a colon, e.g. `smtp`.
   * @default by the kind of the first of `servers`: http, https, tls, tcp or udp
   */
  readonly scheme?: string | undefined;
  /** Node's own servers inside it: their connections are watched, cut when the time comes, and they are closed with it. */
  readonly servers?: readonly NodeServer[] | undefined;
  /**
   * It listened already, or chose its address itself: an address that was asked for is compared with the real one.
   * @default false
   */
  readonly adopted?: boolean | undefined;
  /** The shape's own close; may return a promise. Node's servers that listen after it are closed too. */
  close?(): unknown;
  /** Makes the shape let go of what is still in flight; called when the time is over, in addition to the cut of connections. */
  cut?(): void;
}

/**
 * How one shape of server is recognised and made to listen. A controller class adds its own, which come first, by `static adapters`.
 * @typeParam Shape what `accepts` recognises
 * @category Servers
 * @example
 * static adapters: ServerAdapter<Mainframe>[] = [{
 *   name: 'mainframe',
 *   accepts: (value) => value instanceof Mainframe,
 *   async listen(mainframe, { hostname, port }) {
 *     await mainframe.boot(port, hostname);
 *     return { close: () => mainframe.powerOff() };
 *   },
 * }];
 */
export interface ServerAdapter<Shape = unknown> {
  /** The shape's name, for messages, e.g. `Koa application`. */
  readonly name: string;
  /** Whether `value` is of this shape. Judges by what the object can do, never by its package's name. */
  accepts(value: unknown): boolean;
  /** Makes it listen and resolves when it does; rejects with the error that prevented it. */
  listen(value: Shape, target: ListenTarget): Promise<Listening> | Listening;
}
