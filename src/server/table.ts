/**
 * The table of servers that are accepted. Server side.
 *
 * The order matters: an object often can do what several shapes can, so the more telling ones come first. What a shape needs is loaded
 * when the first of it is met: the thread of a plain node server loads nothing of the others.
 */
import { Server } from 'node:net';
import type { RequestListener } from 'node:http';
import { isClass } from '../protocol/is-class';
import type { ListenTarget } from '../protocol/messages';
import type * as Bundle from './shapes/bundle';
import type * as Datagram from './shapes/datagram';
import type * as Frameworks from './shapes/frameworks';
import type * as Grpc from './shapes/grpc';
import type * as Handlers from './shapes/handlers';
import type * as Insides from './shapes/insides';
import type * as Lifecycles from './shapes/lifecycles';
import type * as Protocols from './shapes/protocols';
import type * as Listeners from './shapes/request-listener';
import type * as Sockets from './shapes/web-sockets';
import { isTaken } from './traffic/ledger';
import { canDo, isBareFunction, isDatagramSocket, isObject, isWebSocketServer, member, takesNothing } from './members';
import { listenNodeServer } from './node-server';
import type { Listening, ServerAdapter } from './types';

type Listen<Shape> = (value: Shape, target: ListenTarget) => Promise<Listening>;

/** A row of the table. `load` gives the listen function of a shape that is loaded on demand. */
function row<Shape>(name: string, accepts: (value: unknown) => boolean, load: () => Listen<Shape>): ServerAdapter {
  return { name, accepts, listen: (value, target) => load()(value as Shape, target) };
}

const bundle = (): typeof Bundle => require('./shapes/bundle') as typeof Bundle;
const datagram = (): typeof Datagram => require('./shapes/datagram') as typeof Datagram;
const frameworks = (): typeof Frameworks => require('./shapes/frameworks') as typeof Frameworks;
const grpc = (): typeof Grpc => require('./shapes/grpc') as typeof Grpc;
const handlers = (): typeof Handlers => require('./shapes/handlers') as typeof Handlers;
const insides = (): typeof Insides => require('./shapes/insides') as typeof Insides;
const lifecycles = (): typeof Lifecycles => require('./shapes/lifecycles') as typeof Lifecycles;
const protocols = (): typeof Protocols => require('./shapes/protocols') as typeof Protocols;
const requestListeners = (): typeof Listeners => require('./shapes/request-listener') as typeof Listeners;
const webSockets = (): typeof Sockets => require('./shapes/web-sockets') as typeof Sockets;

const isFunction = (value: unknown): boolean => typeof value === 'function';

/** One that seems to take no arguments may be written with `...args`: a server tells. A socket may be anything's, also beside such a listener. */
function isStopFunction(value: unknown): boolean {
  if (!isBareFunction(value)) return false;
  return insides().startedServers().length > 0 || (takesNothing(value) && insides().boundSockets().length > 0);
}

/** A library's own server counts, too, as it does not in `hasStarted()`: by now nothing else can be what this closes. */
function isCloser(value: unknown): boolean {
  if (isFunction(value) || lifecycles().endOf(value) === undefined) return false;
  return insides().startedServers().length > 0 || insides().boundSockets().length > 0;
}

/** All shapes but bundles, which are made of them. */
const SINGLE: readonly ServerAdapter[] = [
  row(
    'a net, tls, http, https or http2 server',
    (value) => value instanceof Server,
    () => listenNodeServer,
  ),
  row('a dgram socket', isDatagramSocket, () => datagram().listenDatagram),
  row(
    'a gRPC server',
    (value) => canDo(value, 'bindAsync', 'tryShutdown', 'forceShutdown'),
    () => grpc().listenGrpc,
  ),
  row(
    'a nice-grpc server',
    (value) => canDo(value, 'listen', 'shutdown', 'forceShutdown', 'add'),
    () => grpc().listenNiceGrpc,
  ),
  row('a ws server', isWebSocketServer, () => webSockets().listenWs),
  row(
    'a Socket.IO server',
    (value) => !isFunction(value) && canDo(value, 'of', 'attach', 'listen', 'close'),
    () => webSockets().listenSocketIo,
  ),
  row(
    'a NestJS application',
    (value) => canDo(value, 'getHttpAdapter', 'listen', 'close'),
    () => frameworks().listenNest,
  ),
  row(
    'a Fastify instance',
    (value) => canDo(value, 'listen', 'ready', 'inject', 'close'),
    () => frameworks().listenFastify,
  ),
  row(
    'a hapi server',
    (value) => canDo(value, 'start', 'stop', 'inject') && member(value, 'listener') instanceof Server,
    () => frameworks().listenHapi,
  ),
  row(
    'a Koa application',
    (value) => !isFunction(value) && canDo(value, 'callback', 'use', 'listen'),
    () => frameworks().listenKoa,
  ),
  row(
    'an Apollo server',
    (value) => canDo(value, 'executeHTTPGraphQLRequest', 'start', 'stop'),
    () => handlers().listenApollo,
  ),
  row(
    'a DNS server',
    (value) => canDo(value, 'listen', 'addresses', 'close'),
    () => protocols().listenDns,
  ),
  row(
    'an SMTP server',
    (value) => canDo(value, 'listen', 'close', 'onRcptTo', 'onData'),
    () => protocols().listenSmtp,
  ),
  row(
    'an object with listen and close',
    (value) => canDo(value, 'listen', 'close'),
    () => lifecycles().listenByListen,
  ),
  row(
    'an Apollo server of version 2 or 3 that has an HTTP server of its own', // its start() only says to call listen()
    (value) => canDo(value, 'listen', 'stop', 'executeOperation'),
    () => lifecycles().listenByListen,
  ),
  row(
    'an object with start and stop',
    (value) => canDo(value, 'start', 'stop'),
    () => lifecycles().listenByStart,
  ),
  row<() => unknown>('a function that stops the server which the factory has started', isStopFunction, () => lifecycles().adoptByStop),
  row<RequestListener>(
    'a request listener (req, res), such as an Express or connect application',
    (value) => isFunction(value) && !isClass(value),
    () => requestListeners().listenToFunction,
  ),
  // polka: it has no close of its own, but a server after it listens.
  row(
    'an object with listen that holds a server',
    (value) => canDo(value, 'listen'),
    () => lifecycles().listenByListen,
  ),
  row(
    'a server that srvx has started',
    (value) => canDo(value, 'fetch', 'ready', 'close') && isObject(member(value, 'options')),
    () => handlers().adoptSrvx,
  ),
  row(
    'a fetch handler { fetch(request) }, such as a Hono application',
    (value) => canDo(value, 'fetch'),
    () => handlers().listenFetch,
  ),
];

/**
 * As with start and stop, which a bundle's parts may have; pools and transports have start and close, so these count on the whole only. One that
 * holds a server, or says on which port it will be, does with both what its start is for, unless it has been started.
 */
const STARTER: ServerAdapter<object> = row(
  'an object with start and close',
  (value) => canDo(value, 'start') && lifecycles().endOf(value) !== undefined && !insides().isStarted(value as object),
  () => (value: object, target) => bundle().listenByWhole(value, target, partAdapterFor),
);

const BUNDLE: ServerAdapter<object> = row(
  'a bundle of these, such as { httpServer, io }, { server, url } or an array',
  (value) => bundle().isBundle(value, partAdapterFor),
  () => (value: object, target) => bundle().listenBundle(value, target, partAdapterFor),
);

/** Last, for most servers have a close. It is no part of a bundle, whose parts are known by what they are or hold. */
const CLOSER: ServerAdapter<object> = row(
  'an object that closes or stops the server which the factory has started',
  isCloser,
  () => lifecycles().adoptByClose,
);

/** Every shape that is accepted, in the order in which they are asked. */
export const ADAPTERS: readonly ServerAdapter[] = [...SINGLE, STARTER, BUNDLE, CLOSER];

/** As what runs a built Astro application gives: `{ server: { server, stop }, done }`. */
const HOLDER: ServerAdapter<object> = row(
  'a part that closes or stops the server which it holds and the factory has started',
  (value) =>
    isCloser(value) &&
    insides()
      .serversIn(value as object)
      .some(isTaken),
  () => async (value: object) => (await lifecycles().adoptTaken(value)) ?? {},
);

function partAdapterFor(value: unknown): ServerAdapter | undefined {
  return [...SINGLE, HOLDER].find((adapter) => adapter.accepts(value));
}
