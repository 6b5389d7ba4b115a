/**
 * One client's connection: what it is busy with, and how it ends. Server side.
 */
import type { ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CutConnection } from '../../protocol/messages';
import type { Noted } from '../../protocol/noted';
import { epochNow, now, soon } from '../../time/clock';
import { hostAndPort } from '../address';

/** What `pipe` listens to the end of its source with (lib/internal/streams/readable.js), unless it is told to keep that to itself. */
const HANDS_ON_END = 'onend';
/** Node tells nobody but the server's own listener what it was for. */
const UPGRADE = 'a request for a WebSocket or a tunnel';

interface Exchange {
  /** As it came, `GET /users`. */
  readonly request: string;
  readonly response: ServerResponse;
  /** When it came, in epoch milliseconds. */
  readonly time: number;
}

export class Connection {
  readonly socket: Socket;
  readonly openedAt = now();
  /** The same in epoch milliseconds. */
  readonly #since = epochNow();
  /** The TLS socket around it, once its handshake is done. */
  secure: Socket | undefined;
  /** Requests on it, pruned as new ones come. Under pipelining there are several. */
  #exchanges: Exchange[] = [];
  #http = false;
  #session: ServerHttp2Session | undefined;
  readonly #streams = new Map<ServerHttp2Stream, Noted>();
  #ending = false;

  readonly #onClosed: () => void;

  /** `onClosed` is told when it has closed, at least once. */
  constructor(socket: Socket, onClosed: (connection: Connection) => void) {
    this.socket = socket;
    this.#onClosed = () => {
      onClosed(this);
    };
    socket.once('close', this.#onClosed);
  }

  get isClosed(): boolean {
    return this.socket.destroyed || this.secure?.destroyed === true;
  }

  /** An HTTP/1 request has come in. */
  began(request: string, response: ServerResponse): void {
    this.#http = true;
    this.#exchanges = this.#exchanges.filter(isUnanswered);
    this.#exchanges.push({ request, response, time: epochNow() });
    if (this.#ending) this.#endAfter(response);
  }

  /** It speaks HTTP/2. */
  carries(session: ServerHttp2Session): void {
    this.#session = session;
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      this.#streams.set(stream, { line: `${String(headers[':method'])} ${String(headers[':path'])}`, time: epochNow() });
      stream.once('close', () => {
        this.#streams.delete(stream);
        if (this.#ending)
          soon(() => {
            this.#endIfIdle();
          });
      });
    });
  }

  /** The requests in flight on it, as lines. One whose answer has begun, such as a stream of events, says so. */
  get inFlight(): readonly Noted[] {
    const exchanges = this.#exchanges
      .filter(isUnanswered)
      .map(({ request, response, time }) => ({ line: lineOf(request, response), time }));
    const streams = [...this.#streams].map(([stream, { line, time }]) => ({ line: lineOf(line, stream), time }));
    // Clients open a connection of its own for it, so that the first bytes are its answer.
    const upgrades = this.isUpgraded && this.#plain.bytesWritten === 0 ? [{ line: UPGRADE, time: this.#since }] : [];
    return [...exchanges, ...streams, ...upgrades];
  }

  /** The answers on it that have begun and are not all written: their clients may know the status already. */
  get answering(): readonly ServerResponse[] {
    return this.#exchanges.filter((exchange) => isUnanswered(exchange) && exchange.response.headersSent).map(({ response }) => response);
  }

  /** Whether a request is unanswered or bytes wait to be written. */
  get isBusy(): boolean {
    return this.#streams.size > 0 || this.#exchanges.some(isUnanswered) || this.#plain.writableLength > 0;
  }

  /** Whether it was a request's, and has become a WebSocket's or a tunnel's. */
  get isUpgraded(): boolean {
    // An HTTP server gives up its parser when a connection is upgraded (lib/_http_server.js, onParserExecuteCommon).
    return (this.#plain as Socket & { parser?: unknown }).parser === null;
  }

  /** Ends it now if it is idle, else as soon as it has nothing more to do. */
  end(): void {
    this.#ending = true;
    if (!this.isBusy) {
      this.destroy();
      return;
    }
    // Once more where whoever upgraded the socket has taken all listeners off it.
    if (!this.#plain.listeners('close').includes(this.#onClosed)) this.#plain.once('close', this.#onClosed);
    this.#session?.close();
    const unanswered = this.#exchanges.filter(isUnanswered);
    for (const { response } of unanswered) this.#endAfter(response);
    // What is left are bytes for a client that reads slowly, or not at all.
    if (unanswered.length === 0 && this.#session === undefined) this.#endSoon();
  }

  destroy(): void {
    endPipedFrom(this.#plain);
    this.#session?.destroy();
    this.secure?.destroy();
    this.socket.destroy();
    this.#onClosed();
  }

  /** What a report says about it. */
  describe(path: string | undefined): CutConnection {
    const { socket } = this;
    // Only sockets count them.
    const bytes = Math.max(socket.bytesRead + socket.bytesWritten, this.#plain.bytesRead + this.#plain.bytesWritten) || 0;
    const request = this.#exchanges.find(isUnanswered)?.request ?? [...this.#streams.values()][0]?.line;
    const facts = { peer: peerOf(socket) ?? path ?? 'unknown', protocol: this.#protocol(), bytes, age: now() - this.openedAt };
    return request === undefined ? facts : { ...facts, request };
  }

  get #plain(): Socket {
    return this.secure ?? this.socket;
  }

  #endAfter(response: ServerResponse): void {
    // Tells the client not to send another request on it, where the headers are still to be written.
    response.shouldKeepAlive = false;
    response.once('close', () => {
      if (this.isBusy) this.#endSoon();
      else this.#endIfIdle();
    });
  }

  #endIfIdle(): void {
    if (this.isBusy) return;
    if (this.#session === undefined) this.#endSoon();
    else this.destroy();
  }

  /** Ends it when all is written. What an application hands to an HTTP server for a connection may be any stream. */
  #endSoon(): void {
    const plain: Duplex = this.#plain;
    if ('destroySoon' in plain) this.#plain.destroySoon();
    else plain.end(() => plain.destroy());
  }

  #protocol(): string {
    if (this.#session !== undefined) return 'http2';
    if (this.#http) return this.secure === undefined ? 'http' : 'https';
    const { server } = this.#plain as Socket & { server?: { listenerCount?(event: string): number } };
    if (this.isUpgraded) return (server?.listenerCount?.('upgrade') ?? 0) > 0 ? 'websocket' : 'tunnel';
    return this.secure === undefined ? 'tcp' : 'tls';
  }
}

/**
 * The second halves of a proxied connection that is about to be cut end with it, as they do when a client leaves: `pipe` hands on an end, and no cut.
 * They are read on, since `pipe` stops that too, and what is not read never ends. Of `pipe(onward, { end: false })` all is left as it is.
 */
function endPipedFrom(socket: Socket): void {
  const { pipes } = (socket as Socket & { _readableState?: { readonly pipes?: unknown } })._readableState ?? {};
  if (socket.destroyed || !Array.isArray(pipes) || !socket.listeners('end').some(({ name }) => name === HANDS_ON_END)) return;
  for (const onward of pipes as readonly unknown[]) {
    if (!(onward instanceof Socket) || onward === socket) continue;
    onward.end();
    socket.once('close', () => onward.resume());
  }
}

function isUnanswered({ response }: Exchange): boolean {
  return !response.writableFinished && !response.destroyed;
}

function lineOf(request: string, { headersSent }: { readonly headersSent: boolean }): string {
  return headersSent ? `${request} (answer begun, not ended)` : request;
}

function peerOf(socket: Socket): string | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return hostAndPort(remoteAddress, remotePort);
}
