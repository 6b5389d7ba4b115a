/**
 * gRPC servers. Server side.
 */
import { Server } from 'node:net';
import { FactoryError } from '../../errors/errors';
import type { ListenTarget } from '../../protocol/messages';
import { hostAndPort } from '../address';
import { listeningSince, mark } from '../traffic/ledger';
import { member } from '../members';
import { called } from '../settle';
import type { Listening } from '../types';
import { startedServers } from './insides';

interface GrpcServer {
  bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
  tryShutdown(done: (error?: Error) => void): void;
  forceShutdown(): void;
}

/** Binds without encryption; one that needs it is bound in the factory, and adopted. The url is `grpc://`, or `grpcs://` with TLS. */
export async function listenGrpc(server: GrpcServer, target: ListenTarget): Promise<Listening> {
  const bound = serversInside(server);
  const adopted = bound.length > 0;
  const servers = adopted ? bound : await bind(server, target);
  return {
    servers,
    adopted,
    scheme: schemeOf(servers),
    close: () =>
      called((done) => {
        server.tryShutdown(done);
      }),
    cut: () => {
      server.forceShutdown();
    },
  };
}

interface NiceGrpcServer {
  listen(address: string): Promise<number>;
  shutdown(): Promise<void>;
  forceShutdown(): void;
}

/** What nice-grpc says of a second `listen()`, before it does anything. */
const LISTENS_ALREADY = /has already been called/;

/**
 * nice-grpc: it hides a gRPC server, and listens to an address of gRPC's kind, without encryption. One that its factory has made listen, as it
 * must for encryption, is adopted: whether it is one, only its `listen` tells.
 */
export async function listenNiceGrpc(server: NiceGrpcServer, target: ListenTarget): Promise<Listening> {
  const since = mark();
  const bound = startedServers().filter((begun) => begun.listenerCount('session') > 0);
  const adopted = await server.listen(addressIn(target)).then(
    () => false,
    (error: unknown) => {
      if (bound.length > 0 && LISTENS_ALREADY.test(String(error))) return true;
      throw error;
    },
  );
  const servers = adopted ? bound : listeningSince(since);
  return {
    servers,
    adopted,
    scheme: schemeOf(servers),
    close: () => server.shutdown(),
    cut: () => {
      server.forceShutdown();
    },
  };
}

function schemeOf([first]: readonly Server[]): string {
  return first !== undefined && 'setSecureContext' in first ? 'grpcs' : 'grpc';
}

async function bind(server: GrpcServer, target: ListenTarget): Promise<Server[]> {
  const since = mark();
  const credentials = insecureCredentials(server);
  await called((done) => {
    server.bindAsync(addressIn(target), credentials, done);
  });
  return listeningSince(since);
}

function addressIn({ hostname, port, path }: ListenTarget): string {
  return path === undefined ? hostAndPort(hostname ?? '::', port) : `unix:${path}`;
}

/** The HTTP/2 servers of one that is bound already; grpc-js keeps them in a map (build/src/server.js). */
function serversInside(server: GrpcServer): Server[] {
  const map = member(server, 'http2Servers');
  return map instanceof Map ? [...map.keys()].filter((key): key is Server => key instanceof Server && key.listening) : [];
}

/** bindAsync takes credentials of the server's own copy of the library only: it is found among the loaded modules. */
function insecureCredentials(server: GrpcServer): unknown {
  for (const loaded of Object.values(require.cache)) {
    const library: unknown = loaded?.exports;
    if (member(library, 'Server') !== server.constructor) continue;
    const credentials = member(library, 'ServerCredentials') as { createInsecure?(): unknown } | undefined;
    if (credentials?.createInsecure !== undefined) return credentials.createInsecure();
  }
  throw new FactoryError(
    'The gRPC server could not be bound, for its library was not found: call bindAsync() where it is made, and await it.',
  );
}
