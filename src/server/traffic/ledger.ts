/**
 * Who listens in this thread, and who is connected to whom. Server side.
 *
 * Node tells that through its diagnostics channels, from the moment this module loads: no listener has to be put on a server to know
 * its connections, servers hidden in closures are seen too, and a server that is about to listen is told from one that is not.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket as DatagramSocket } from 'node:dgram';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server, type Socket } from 'node:net';
import type { Noted } from '../../protocol/noted';
import { epochNow } from '../../time/clock';
import { member } from '../members';
import { acceptedBy, serverOf } from './accepted-by';
import { isFailure, noteRequest, wordedAnswerOf } from './answers';
import { Connection } from './connection';
// It takes its notes from the beginning, too.
import './request-listeners';

const PRUNE_EVERY = 64;
/** Failures of a server that are kept, the latest. */
const MOST_FAILURES = 5;

/** The connections of one server, and what it could not answer. */
export class Ledger {
  #failures: readonly Noted[] = [];
  /** When it was first seen that an answer is one, so that it does not count anew for who looks later. */
  readonly #failedAt = new WeakMap<ServerResponse, number>();
  readonly connections = new Map<Socket, Connection>();
  /** Told about each connection that opens, after it is in the map. */
  onOpen: ((connection: Connection) => void) | undefined;
  /** Told when a connection has closed, after it has left the map. */
  onClosed: (() => void) | undefined;
  readonly #closed = (connection: Connection): void => {
    this.connections.delete(connection.socket);
    this.onClosed?.();
  };

  open(socket: Socket): Connection {
    const known = this.connections.get(socket);
    if (known !== undefined) return known;
    if (this.connections.size % PRUNE_EVERY === PRUNE_EVERY - 1) this.prune();
    const connection = new Connection(socket, this.#closed);
    this.connections.set(socket, connection);
    this.onOpen?.(connection);
    return connection;
  }

  /** The latest requests that were answered with 500 or more: `GET /users with 500 (no such table: users)`. */
  get failures(): readonly Noted[] {
    const answering = [...this.connections.values()].flatMap((connection) => connection.answering);
    return [...this.#failures, ...answering.filter(isFailure).map((response) => this.#noted(response))].slice(-MOST_FAILURES);
  }

  failed(response: ServerResponse): void {
    this.#failures = [...this.#failures, this.#noted(response)].slice(-MOST_FAILURES);
  }

  #noted(response: ServerResponse): Noted {
    const time = this.#failedAt.get(response) ?? epochNow();
    this.#failedAt.set(response, time);
    return { line: wordedAnswerOf(response), time };
  }

  /** Strikes out what is closed but never said so: who upgrades a socket may take all listeners off it, as smtp-server does. */
  prune(): void {
    for (const [socket, connection] of this.connections) if (connection.isClosed) this.connections.delete(socket);
  }

  /**
   * The connection of `socket`. One of TLS has wrapped the socket that was accepted, and keeps it (lib/internal/tls/wrap.js, TLSSocket), or what an
   * application has made of that, which has the same far end.
   */
  connectionOf(socket: Socket): Connection {
    const known = this.connections.get(socket);
    if (known !== undefined) return known;
    const wrapped = this.connections.get(member(socket, '_parent') as Socket) ?? this.#withEndOf(socket);
    if (wrapped === undefined) return this.open(socket);
    wrapped.secure = socket;
    return wrapped;
  }

  #withEndOf(secure: Socket): Connection | undefined {
    const all = [...this.connections.values()];
    return (
      all.find((connection) => connection.secure === secure) ??
      all.find((connection) => connection.secure === undefined && isSameEnd(connection.socket, secure))
    );
  }
}

function isSameEnd(one: Socket, other: Socket): boolean {
  return one.remotePort === other.remotePort && one.remoteAddress === other.remoteAddress;
}

type Begun = Server | DatagramSocket;

interface Entry {
  readonly order: number;
  readonly what: WeakRef<Begun>;
  /** In whose name. */
  readonly owner: unknown;
}

const ledgers = new WeakMap<Server, Ledger>();
const aboutToListen = new WeakSet<Server>();
const listenFailures = new WeakMap<Server, Error>();
const claimed = new WeakSet<object>();
/** Whatever began to listen or was made to be bound, in order; weak, for most of it is no business of ours. */
let begun: Entry[] = [];
let order = 0;

/** What is known of who has begun what, where several controllers share a loop. */
export interface Owners {
  /** In whose name the present code runs. */
  ofThis(): unknown;
  /** Whether what has begun in the name of `owner` is not for the present code to take. */
  isAnothers(owner: unknown): boolean;
  /** The `mark` at which the factory was called in whose start the present code runs; 0 where that is not known. */
  calledAt(): number;
}

let owners: Owners = { ofThis: () => undefined, isAnothers: () => false, calledAt: () => 0 };

export function knowOwners(known: Owners): void {
  owners = known;
}

/** In whose name the present code runs. */
export function ownerOfThis(): unknown {
  return owners.ofThis();
}

export function ledgerOf(server: Server): Ledger {
  let ledger = ledgers.get(server);
  if (ledger === undefined) ledgers.set(server, (ledger = new Ledger()));
  return ledger;
}

/** Whether `listen()` was called on it and has not come to an end yet. */
export function isAboutToListen(server: Server): boolean {
  return aboutToListen.has(server);
}

/** Whether it listens, or `listen()` was called on it. */
export function isTaken(server: Server): boolean {
  return server.listening || isAboutToListen(server);
}

/** What its latest `listen()` has failed with, also where its own code keeps that to itself. */
export function listenFailureOf(server: Server): Error | undefined {
  return listenFailures.get(server);
}

/** That has been told, and stands against it no more. */
export function forgiveListenFailure(server: Server): void {
  listenFailures.delete(server);
}

/** A point in time for `begunSince` and `listeningSince`. */
export function mark(): number {
  return order;
}

/** The servers and datagram sockets that have begun to listen since `since` and belong to no other controller, nor are for another that starts now. */
export function begunSince(since: number): Begun[] {
  return unclaimedAmong(begun.filter((entry) => entry.order > since && !owners.isAnothers(entry.owner)));
}

/** Those of them that the factory has made, in whose start the present code runs, and not the modules that were loaded before it. */
export function begunByFactory(): Begun[] {
  return begunSince(owners.calledAt());
}

/** Those of them that have begun in the name of `owner`. */
export function begunBy(owner: unknown, since: number): Begun[] {
  return unclaimedAmong(begun.filter((entry) => entry.order > since && entry.owner === owner));
}

function unclaimedAmong(entries: readonly Entry[]): Begun[] {
  const found = entries.map(({ what }) => what.deref()).filter((what) => what !== undefined);
  return [...new Set(found)].filter((what) => !claimed.has(what));
}

/** Node's servers among them, those that listen. */
export function listeningSince(since: number): Server[] {
  return begunSince(since).filter((what): what is Server => what instanceof Server && what.listening);
}

/** Says whose a server is, so that no other controller takes it for its own. */
export function claim(what: object): void {
  claimed.add(what);
}

/** Says that it is nobody's any more, as it has been closed: its code may make it listen again, in another start. */
export function disclaim(what: object): void {
  claimed.delete(what);
}

function noteBegin(what: Begun): void {
  if (begun.length >= 256) begun = begun.filter((entry) => entry.what.deref() !== undefined).slice(-128);
  begun.push({ order: (order += 1), what: new WeakRef(what), owner: owners.ofThis() });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

const heard = new WeakSet<object>();
const toldToBind = new WeakSet<object>();

/** Whether its own code has bound the socket, as a server's does; Node binds a client's when that sends first. */
export function isToldToBind(socket: DatagramSocket): boolean {
  return toldToBind.has(socket);
}

/** A socket may be made long before it is bound, of which Node tells nobody. */
function hearBind(socket: DatagramSocket): void {
  let owner = Object.getPrototypeOf(socket) as DatagramSocket | null;
  while (owner !== null && !Object.hasOwn(owner, 'bind')) owner = Object.getPrototypeOf(owner) as DatagramSocket | null;
  if (owner === null || heard.has(owner)) return;
  heard.add(owner);
  const bind = Reflect.get(owner, 'bind') as (...args: unknown[]) => DatagramSocket;
  Object.defineProperty(owner, 'bind', {
    configurable: true,
    writable: true,
    enumerable: true,
    value: function (this: DatagramSocket, ...args: unknown[]) {
      // Node binds one that only sends by itself: bind({ port: 0, exclusive: true }, null).
      if (args[1] !== null) {
        toldToBind.add(this);
        noteBegin(this);
      }
      return Reflect.apply(bind, this, args);
    },
  });
}

subscribe('tracing:net.server.listen:asyncStart', (message) => {
  const { server } = message as { server: Server };
  aboutToListen.add(server);
  listenFailures.delete(server);
  noteBegin(server);
});
subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  aboutToListen.delete((message as { server: Server }).server);
});
subscribe('tracing:net.server.listen:error', (message) => {
  const { server, error } = message as { server: Server; error: Error };
  aboutToListen.delete(server);
  listenFailures.set(server, error);
});
subscribe('udp.socket', (message) => {
  const { socket } = message as { socket: DatagramSocket };
  noteBegin(socket);
  hearBind(socket);
});
// net notes the server on each socket that it accepts (lib/net.js, onconnection); the message itself holds the socket only.
subscribe('net.server.socket', (message) => {
  const { socket } = message as { socket: Socket };
  const server = acceptedBy(socket);
  if (server !== undefined && !socket.destroyed) ledgerOf(server).open(socket);
});
subscribe('http.server.request.start', (message) => {
  const exchange = message as Exchange;
  const { request, response, socket } = exchange;
  ledgerOf(serverOf(exchange)).connectionOf(socket).began(noteRequest(request, response), response);
});
subscribe('http.server.response.finish', (message) => {
  const exchange = message as Exchange;
  if (isFailure(exchange.response)) ledgerOf(serverOf(exchange)).failed(exchange.response);
});
