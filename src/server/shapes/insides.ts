/**
 * Finds Node's servers inside an object that tells nothing about itself. Server side.
 */
import { Server } from 'node:net';
import type { Socket as DatagramSocket } from 'node:dgram';
import type { BoundAddress, ListenTarget } from '../../protocol/messages';
import { addressInUrl, addressOf, portOf } from '../address';
import { begunByFactory, begunSince, claim, isTaken, isToldToBind } from '../traffic/ledger';
import { canDo, isDatagramSocket, isWebSocketServer, member } from '../members';
import { untilListening } from '../settle';
import type { Listening } from '../types';

export type Inner = Server | DatagramSocket;

/** Where libraries keep their server: smtp-server, restify, polka, Fastify · Socket.IO, NestJS · http-proxy, ws · hapi. */
const USUAL_NAMES = ['server', 'httpServer', '_server', 'listener'];

export function isNodeServer(value: unknown): value is Server {
  return value instanceof Server;
}

export function isInner(value: unknown): value is Inner {
  return isNodeServer(value) || isDatagramSocket(value);
}

export function isBound(inner: Inner): boolean {
  return isNodeServer(inner) ? inner.listening : addressOf(inner) !== null;
}

/** The servers among the members of `value`, and those of what it has for a server, or of a WebSocket server or an application among them. */
export function serversIn(value: object): Server[] {
  const usual = usualIn(value);
  const parts = [...usual, ...Object.keys(value).map((name) => member(value, name))];
  const held = [...usual, ...parts.filter(holdsServer)].flatMap(usualIn);
  return [...new Set([...parts, ...held].filter(isNodeServer))];
}

function usualIn(value: unknown): unknown[] {
  return USUAL_NAMES.map((name) => member(value, name));
}

/** ws · Socket.IO · Fastify and hapi · NestJS. */
function holdsServer(part: unknown): boolean {
  return isWebSocketServer(part) || canDo(part, 'of', 'attach') || canDo(part, 'inject') || canDo(part, 'getHttpAdapter');
}

/**
 * The servers and sockets that have begun to listen since `since` and are `value`'s: among its members or what it returned, else all,
 * for most hide theirs.
 */
export function innerSince(since: number, value: object, returned: unknown): Inner[] {
  const begun = begunSince(since);
  const known = new Set<unknown>([...serversIn(value), returned]);
  const own = begun.filter((inner) => known.has(inner));
  return own.length > 0 ? own : begun;
}

/** Whether `value` has been started, as far as can be seen: a server that it holds says so, else any of the application's own that is nobody's yet. */
export function isStarted(value: object): boolean {
  const held = serversIn(value);
  return held.length > 0 ? held.some(isTaken) : ownServers().length > 0;
}

/**
 * The servers of this thread that listen, or are about to, and are nobody's yet. Those that the factory has made come first: one that a module has
 * started while it loaded may be a library's own.
 */
export function startedServers(): Server[] {
  return [...new Set([...begunByFactory(), ...begunSince(0)])].filter(isNodeServer).filter(isTaken);
}

/**
 * Those of them that the application has made for others to reach. One that was there before its factory was called, and keeps no process alive, is a
 * library's: with any other, no program that loads the library would ever end.
 */
export function ownServers(): Server[] {
  const made = new Set<unknown>(begunByFactory());
  return startedServers().filter((server) => made.has(server) || !isUnrefed(server));
}

/** lib/net.js keeps it there, since `unref()` may come before there is a handle. */
function isUnrefed(server: Server): boolean {
  return member(server, '_unref') === true;
}

/** The datagram sockets of this thread that their code has bound, hear messages and are nobody's yet. One that asks and hears what it is answered is no server. */
export function boundSockets(): DatagramSocket[] {
  return begunSince(0)
    .filter(isDatagramSocket)
    .filter((socket) => isBound(socket) && isToldToBind(socket) && socket.listenerCount('message') > 0);
}

/** Whether something of this thread is likely to be the server that an object or a function ends; beside a library's alone, one may be about to begin. */
export function hasStarted(): boolean {
  return ownServers().length > 0 || boundSockets().length > 0;
}

/** The server of this thread that listens on `port`, if it is nobody's yet. */
export function serverOnPort(port: number): Server | undefined {
  return begunSince(0)
    .filter(isNodeServer)
    .find((server) => portOf(server) === port);
}

/** Where `value` says that it is, by its url or its port. */
export function claimedAddress(value: object): Exclude<BoundAddress, string> | null {
  const [url, port] = [member(value, 'url'), member(value, 'port')];
  const address = typeof url === 'string' ? addressInUrl(url) : null;
  if (address !== null && typeof address !== 'string') return address;
  return typeof port === 'number' && port > 0 ? { address: '127.0.0.1', family: 'IPv4', port } : null;
}

/** Waits for those that are only about to listen. @throws what one of them fails with */
export async function untilAllListen(taken: readonly Server[]): Promise<void> {
  await Promise.all(taken.filter((server) => !server.listening).map((server) => untilListening([server], () => undefined)));
}

/** As after the start of a broker or a job, which serves nobody: it was to be started, and the application beside it to be reached. */
export function listensNowhere({ address, url, servers }: Listening): boolean {
  return address === null && url === undefined && servers?.length === 0;
}

/** What listens nowhere by its start, since its factory has started it already, hides its server: a second start of such does nothing. */
export async function withStarted(told: Listening): Promise<Listening> {
  const servers = listensNowhere(told) ? ownServers() : [];
  if (servers.length === 0) return told;
  await untilAllListen(servers);
  return { ...told, servers, adopted: true, address: addressOf(servers[0]) };
}

/** What has been started already, as one server: the first of them stands for all, or, with `target`, the one that is meant. @throws what one that is about to listen fails with */
export async function adoptStarted(started: readonly Server[], target?: ListenTarget): Promise<Listening> {
  await untilAllListen(started);
  const servers = target === undefined ? started : meantFirst(started, target);
  return { servers, server: servers[0], adopted: true };
}

/** The one on the port that was asked for; none where any port was. */
export function onPort<T>(servers: readonly T[], port: number): T | undefined {
  return port === 0 ? undefined : servers.find((server) => portOf(server) === port);
}

export function withFirst<T>(all: readonly T[], first: T): readonly T[] {
  return [first, ...all.filter((each) => each !== first)];
}

/**
 * Of servers that the factory has started, beside others that it only needs, the one on the port that was asked for comes first. Without such a
 * port, and of several that are equally its own, nothing tells which is meant: that is said among the server's output, where a test that reaches the wrong one will see it.
 */
function meantFirst(servers: readonly Server[], { port }: ListenTarget): readonly Server[] {
  const meant = onPort(servers, port);
  if (meant !== undefined) return withFirst(servers, meant);
  const made = begunByFactory()
    .filter(isNodeServer)
    .filter((server) => servers.includes(server));
  const equal = made.length > 0 ? made : servers;
  if (equal.length > 1) {
    process.emitWarning(
      `factory() has made ${equal.length.toString()} servers listen, on the ports ${equal.map(portOf).join(', ')}, and what it returned tells of none. ` +
        'The first is taken for it. Return the url of the one meant, too: `{ server, url }`, or `{ url, close }` in place of a function.',
    );
  }
  return servers;
}

/** The same of sockets that are bound. */
export function adoptBound(sockets: readonly DatagramSocket[]): Listening {
  sockets.forEach(claim);
  return { servers: [], server: sockets[0], address: addressOf(sockets[0]), scheme: 'udp', adopted: true };
}
