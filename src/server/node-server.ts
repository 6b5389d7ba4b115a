/**
 * Node's own servers, and the one made for a request listener. Server side.
 */
import type { RequestListener, Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import type { ListenTarget } from '../protocol/messages';
import { isAboutToListen } from './traffic/ledger';
import { untilListening } from './settle';
import type { Listening } from './types';

/** Makes `server` listen, unless it does or is about to. */
export async function listenNodeServer(server: Server, target: ListenTarget): Promise<Listening> {
  const told = { servers: [server] };
  if (server.listening) return { ...told, adopted: true };
  const adopted = isAboutToListen(server);
  await untilListening([server], () => {
    if (adopted) return;
    const { hostname, port, path } = target;
    if (path !== undefined) server.listen(path);
    else if (hostname === undefined) server.listen(port);
    else server.listen(port, hostname);
  });
  return { ...told, adopted };
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
