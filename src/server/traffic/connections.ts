/**
 * All connections of one running server, over all of Node's servers inside it. Server side.
 */
import type { ServerHttp2Session } from 'node:http2';
import type { Server, Socket } from 'node:net';
import type { CutConnection } from '../../protocol/messages';
import type { Noted } from '../../protocol/noted';
import type { Connection } from './connection';
import { claim, disclaim, ledgerOf, type Ledger } from './ledger';

interface Watched {
  readonly server: Server;
  readonly ledger: Ledger;
  release(): void;
}

export class Connections {
  readonly #watched: Watched[] = [];
  #closing = false;
  #whenGone: (() => void) | undefined;

  /** Node's servers that are watched. */
  get servers(): readonly Server[] {
    return this.#watched.map(({ server }) => server);
  }

  watch(server: Server): void {
    if (this.servers.includes(server)) return;
    claim(server);
    const ledger = ledgerOf(server);
    let session: ServerHttp2Session | undefined;
    // Emitted by Node's own listener for the connection, so before ours and before the ledger hears of it.
    const onSession = (opened: ServerHttp2Session): void => {
      session = opened;
    };
    const join = (connection: Connection): void => {
      // One that the application has destroyed at once has no socket any more.
      if (session?.destroyed === false && session.socket.remotePort === connection.socket.remotePort) connection.carries(session);
      session = undefined;
      if (this.#closing) connection.end();
    };
    const onSecure = (secure: Socket): void => {
      join(ledger.connectionOf(secure));
    };
    ledger.onOpen = join;
    ledger.onClosed = () => {
      this.#noticeGone();
    };
    server.on('session', onSession).on('secureConnection', onSecure);
    this.#watched.push({
      server,
      ledger,
      release: () => {
        server.removeListener('session', onSession).removeListener('secureConnection', onSecure);
        ledger.onOpen = undefined;
        ledger.onClosed = undefined;
      },
    });
  }

  inFlight(): Noted[] {
    return this.#open().flatMap(({ connection }) => connection.inFlight);
  }

  /** The latest requests that were answered with 500 or more. */
  get failures(): Noted[] {
    return this.#watched.flatMap(({ ledger }) => ledger.failures);
  }

  /** Whether none of the servers listens any more; never of what has none of Node's. */
  get areClosed(): boolean {
    return this.#watched.length > 0 && this.#watched.every(({ server }) => !server.listening);
  }

  /** Has the close of an HTTP server end none of its connections from now on: that is done by `end`. */
  keep(): void {
    for (const { server, ledger } of this.#watched) {
      if (!('closeIdleConnections' in server)) continue;
      keepIdleConnections(server, () => {
        // What else closes in the same turn may still say goodbye to them.
        if (!this.#closing) return;
        for (const connection of ledger.connections.values()) if (connection.isUpgraded) connection.end();
      });
    }
  }

  /**
   * Ends idle connections now and busy ones when they are done; resolves when none is left. WebSockets and tunnels of a server that
   * still listens end when it is closed: until then a framework's own close has its hooks say goodbye to them.
   */
  end(): Promise<void> {
    this.#closing = true;
    const gone = new Promise<void>((resolve) => {
      this.#whenGone = resolve;
    });
    for (const { connection, server } of this.#open()) {
      const isWaited = connection.isUpgraded && server.listening && 'closeIdleConnections' in server;
      if (!isWaited) connection.end();
    }
    this.#noticeGone();
    return gone;
  }

  /** Cuts what is left; gives the busy ones. */
  cut(): CutConnection[] {
    const open = this.#open();
    const busy = open.filter(({ connection }) => connection.isBusy).map(({ connection, server }) => connection.describe(pathOf(server)));
    for (const { connection } of open) connection.destroy();
    return busy;
  }

  /** Takes its listeners off the servers, and leaves those that have closed to whoever starts them anew. */
  release(): void {
    for (const { server, release } of this.#watched) {
      release();
      Reflect.deleteProperty(server, 'closeIdleConnections');
      if (!server.listening) disclaim(server);
    }
  }

  #open(): { readonly connection: Connection; readonly server: Server }[] {
    return this.#watched.flatMap(({ server, ledger }) => [...ledger.connections.values()].map((connection) => ({ connection, server })));
  }

  #noticeGone(): void {
    if (this.#watched.every(({ ledger }) => ledger.connections.size === 0)) this.#whenGone?.();
  }
}

/**
 * Keeps an http server's close from ending idle connections, which is done here, and tells of the close. To Node a connection is idle when its response has
 * ended, be it written or not, and under TLS the client would miss the end of it (lib/_http_server.js, closeIdleConnections).
 */
function keepIdleConnections(server: Server, onClose: () => void): void {
  Object.defineProperty(server, 'closeIdleConnections', { value: onClose, configurable: true, writable: true });
}

function pathOf(server: Server): string | undefined {
  const address = server.address();
  return typeof address === 'string' ? address : undefined;
}
