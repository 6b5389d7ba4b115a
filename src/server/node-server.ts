/**
 * Node's own servers, and the one made for a request listener. Server side.
 */
import type { RequestListener, Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import type { ListenTarget } from '../protocol/messages';
import { forgiveListenFailure, isAboutToListen, listenFailureOf } from './traffic/ledger';
import { untilListening } from './settle';
import type { Listening } from './types';

/**
 * Makes `server` listen, unless it does or is about to.
 * @throws what it cannot listen for, also where its own code had tried before and kept that to itself: elsewhere it was not meant to listen
 */
export async function listenNodeServer(server: Server, target: ListenTarget): Promise<Listening> {
  const told = { servers: [server] };
  if (server.listening) return { ...told, adopted: true };
  const adopted = isAboutToListen(server);
  try {
    await untilListening([server], () => {
      if (adopted) return;
      const failure = listenFailureOf(server);
      if (failure !== undefined) throw failure;
      listenAt(server, target);
    });
  } catch (error) {
    // The next start is a try of its own.
    forgiveListenFailure(server);
    throw error;
  }
  return { ...told, adopted };
}

function listenAt(server: Server, { hostname, port, path }: ListenTarget): void {
  if (path !== undefined) server.listen(path);
  else if (hostname === undefined) server.listen(port);
  else server.listen(port, hostname);
}

/** An `http.Server`; http is loaded when the first is made. */
export function makeHttpServer(listener: RequestListener): HttpServer {
  const { createServer } = process.getBuiltinModule('node:http');
  return createServer(listener);
}

/** Serves `listener` by an `http.Server` of its own. */
export async function listenToRequests(listener: RequestListener, target: ListenTarget): Promise<Listening> {
  const server = makeHttpServer(listener);
  return { ...(await listenNodeServer(server, target)), server };
}
