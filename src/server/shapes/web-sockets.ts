/**
 * WebSocket servers: ws and Socket.IO. Server side.
 */
import { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { ListenTarget } from '../../protocol/messages';
import { addressOf } from '../address';
import { isWebSocketServer, member } from '../members';
import { listenNodeServer, makeHttpServer } from '../node-server';
import { called, closeNodeServer, untilListening } from '../settle';
import type { Listening } from '../types';

interface WsClient {
  close(code: number): void;
  terminate(): void;
}

interface Ws extends NodeJS.EventEmitter {
  readonly clients?: ReadonlySet<WsClient>;
  readonly options?: { readonly server?: unknown; readonly port?: unknown };
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (client: WsClient) => void): void;
  close(done: (error?: Error) => void): void;
}

/** RFC 6455: the server goes away. */
const GOING_AWAY = 1001;

/** One with a port of its own listens since it was made; one on an http server listens with that; any other gets an http server here. */
export async function listenWs(ws: Ws, target: ListenTarget): Promise<Listening> {
  const { server: given } = ws.options ?? {};
  if (given instanceof Server) return withWs(ws, await listenAttached(given, ws, target));
  if (ws.options?.port !== undefined && ws.options.port !== null) {
    if (addressOf(ws) === null) await untilListening([ws], () => undefined);
    const own = member(ws, '_server');
    return withWs(ws, { adopted: true, ...(own instanceof Server ? { servers: [own] } : {}) });
  }
  return withWs(ws, await listenAttached(makeUpgradingServer(ws), ws, target));
}

/** ws passes its http server's errors on: unheard on ws, they would be thrown. */
async function listenAttached(server: Server, ws: Ws, target: ListenTarget): Promise<Listening> {
  const ignore = (): void => undefined;
  ws.on('error', ignore);
  try {
    return await listenNodeServer(server, target);
  } finally {
    ws.removeListener('error', ignore);
  }
}

export function isWs(value: unknown): value is Ws {
  return isWebSocketServer(value);
}

/** Tells its clients why. Its own close tells those of a port of its own nothing, and leaves those of an http server alone. */
export function sayGoodbye(ws: Ws): void {
  for (const client of clientsOf(ws)) client.close(GOING_AWAY);
}

function clientsOf({ clients }: Ws): readonly WsClient[] {
  return [...(clients ?? [])];
}

function withWs(ws: Ws, told: Listening): Listening {
  return {
    ...told,
    server: ws,
    scheme: told.servers?.some((server) => 'setSecureContext' in server) === true ? 'wss' : 'ws',
    close: () => {
      // The frame is written before the connection is cut, so that clients learn why.
      sayGoodbye(ws);
      const servers = (told.servers ?? []).map(closeNodeServer);
      return Promise.all([
        called((done) => {
          ws.close(done);
        }),
        ...servers,
      ]);
    },
    cut: () => {
      for (const client of clientsOf(ws)) client.terminate();
    },
  };
}

function makeUpgradingServer(ws: Ws): HttpServer {
  const server = makeHttpServer((_request, response) => {
    response.statusCode = 426;
    response.setHeader('connection', 'close').end('Upgrade Required');
  });
  server.on('upgrade', (request, socket, head) => {
    ws.handleUpgrade(request, socket, head, (client) => ws.emit('connection', client, request));
  });
  return server;
}

interface SocketIo {
  readonly httpServer?: unknown;
  attach(server: HttpServer): unknown;
  close(done: (error?: Error) => void): unknown;
}

/** Its own listen takes no hostname: alone, it is attached to an http server made here. */
export async function listenSocketIo(io: SocketIo, target: ListenTarget): Promise<Listening> {
  let server = io.httpServer;
  if (!(server instanceof Server)) {
    const made = makeHttpServer((_request, response) => {
      response.statusCode = 404;
      response.end();
    });
    io.attach(made);
    server = made;
  }
  const told = await listenNodeServer(server as Server, target);
  // It closes its http server too. Clients see a closed transport and may reconnect.
  return { ...told, server: io, close: () => called((done) => io.close(done)) };
}
