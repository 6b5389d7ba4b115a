/**
 * Objects known by their verbs only: listen and close, start and stop. Server side.
 */
import type { Server } from 'node:net';
import { FactoryError } from '../../errors/errors';
import type { ListenTarget } from '../../protocol/messages';
import { addressInUrl, addressOf, portOf } from '../address';
import { parameterNames } from '../function-text';
import { claim, isTaken, listenFailureOf, mark } from '../traffic/ledger';
import { canDo, isDatagramSocket, isEmitter, isObject, member, method } from '../members';
import { called, closeDatagram } from '../settle';
import { begins } from '../under-way';
import type { Listening } from '../types';
import { firstSignOf } from './first-sign';
import { callOf, type Call } from './parameters';
import {
  adoptBound,
  adoptStarted,
  boundSockets,
  claimedAddress,
  innerSince,
  isBound,
  isNodeServer,
  onPort,
  ownServers,
  serverOnPort,
  serversIn,
  startedServers,
  untilAllListen,
  withFirst,
  type Inner,
} from './insides';

/** Calls `listen(port, hostname, callback)`, or `listen(path, callback)`, or as its parameters are named. Done is the callback, the promise, the event, or the return. */
export async function listenByListen(value: object, target: ListenTarget): Promise<Listening> {
  const adopted = await adoptTaken(value);
  if (adopted !== undefined) return adopted;
  const { callsBack, ...call } = callOf(member(value, 'listen'), target);
  return launch(value, { ...call, verb: 'listen', waits: callsBack || isEmitter(value), port: target.port });
}

/** An application whose `listen` does more than to make a server of it. What counts is that server, as it does where one is made for it. */
export async function listenItsOwnWay(app: object, target: ListenTarget): Promise<Listening> {
  const listening = await listenByListen(app, target);
  const [server] = listening.servers ?? [];
  return server === undefined ? listening : { ...listening, server };
}

/** Calls `start()`; one that takes arguments is given port, hostname and a callback, as listen is. */
export async function listenByStart(value: object, target: ListenTarget): Promise<Listening> {
  const adopted = await adoptTaken(value);
  if (adopted !== undefined) return adopted;
  const start = member(value, 'start');
  const { callsBack, ...call } = callOf(start, target, member(start, 'length') === 0 ? [] : undefined);
  return launch(value, { ...call, verb: 'start', waits: callsBack, port: target.port });
}

/** What its factory has started already: a server among its members listens, or is about to, or a hidden one is where it says that it is. */
export async function adoptTaken(value: object): Promise<Listening | undefined> {
  const inSight = serversIn(value).filter(isTaken);
  const taken = inSight.length > 0 ? inSight : hiddenOf(value);
  if (taken.length === 0) return undefined;
  await untilAllListen(taken);
  return told(value, taken, true);
}

/** The server that `value` hides and tells of by its address, its url or its port, where its factory has made that listen. */
function hiddenOf(value: object): Server[] {
  if (startedServers().length === 0) return [];
  const address = addressOf(value) ?? claimedAddress(value);
  const server = isObject(address) ? serverOnPort(address.port) : undefined;
  return server === undefined ? [] : [server];
}

/** A function that stops what its factory has started, as `await startApp(0)` often gives. */
export async function adoptByStop(stop: () => unknown, target: ListenTarget): Promise<Listening> {
  const servers = startedServers();
  const started = servers.length > 0 ? await adoptStarted(servers, target) : adoptBound(boundSockets());
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws at once is a rejection, too
  return { ...started, close: async () => stop() };
}

/** What closes or stops, with nothing else of a server in sight, as `{ close }`. */
export function adoptByClose(value: object, target: ListenTarget): Promise<Listening> {
  const end = endOf(value);
  return adoptByStop(() => end?.(), target);
}

/** How an object is made to listen. */
interface Launch {
  /** The method that does it. */
  readonly verb: string;
  readonly args: Call['args'];
  readonly guess?: Call['guess'];
  /** Whether it has to be waited for, though it gave no promise. */
  readonly waits: boolean;
  /** The port that it was asked for. */
  readonly port: number;
}

/** Starts `value`, and tells what has begun to listen by that. */
export async function launch(value: object, { verb, args, waits, port, guess }: Launch): Promise<Listening> {
  const since = mark();
  const earlier = ownServers();
  const inner = (returned?: unknown): Inner[] => innerSince(since, value, returned);
  const begin = (done: (error?: unknown) => void): unknown => {
    const callback = (given?: unknown): void => {
      if (given === undefined || given === null) done();
      else done(loadCalledBack().failureOf(given, { verb, begun: inner().some(hasBegun) }));
    };
    return method(value, verb)?.(...args(callback));
  };
  const held = serversIn(value).filter((server) => !isTaken(server));
  const [before = boundSockets()[0]] = earlier;
  const settled = before === undefined ? undefined : begins(() => loadFailedLaunch().unsettledLaunch(verb, before));
  try {
    await firstSignOf({ value, begin, inner, waits, held });
  } catch (error) {
    await loadFailedLaunch().tellOfCause(error, { verb, guess }, earlier);
    throw error;
  } finally {
    settled?.();
  }
  // It may call back first.
  await untilAllListen(inner().filter(isNodeServer).filter(isTaken));
  const found = inner().filter(isBound);
  if (found.length === 0) throwFailureOf(inner());
  if (found.length === 0 && endOf(value) === undefined) {
    throw new FactoryError('The object has listen but no close, and holds no server that could be closed. Give it a close().');
  }
  return told(value, mainFirst(found, value, port), false);
}

/** The first sign may have been another server that it has started, as a page about it. @throws what one of its own could not listen for */
function throwFailureOf(inner: readonly Inner[]): void {
  const [failure] = inner.filter(isNodeServer).flatMap((server) => listenFailureOf(server) ?? []);
  if (failure !== undefined) throw failure;
}

function hasBegun(inner: Inner): boolean {
  return isNodeServer(inner) ? isTaken(inner) : isBound(inner);
}

function loadFailedLaunch(): typeof import('./failed-launch') {
  return require('./failed-launch') as typeof import('./failed-launch');
}

/** Few are called back with anything. */
function loadCalledBack(): typeof import('../called-back') {
  return require('../called-back') as typeof import('../called-back');
}

/** Where an object hides several servers, the one on the port that was asked for is meant; without such a port the first is taken, and said. */
function mainFirst(found: readonly Inner[], value: object, port: number): readonly Inner[] {
  const main = onPort(found, port);
  if (main !== undefined) return withFirst(found, main);
  const hidden = found.filter(isNodeServer);
  if (hidden.length > 1 && addressOf(value) === null && serversIn(value).length === 0) tellOfHidden(hidden);
  return found;
}

/** Among the server's output, where a test that reaches the wrong one will see it. */
function tellOfHidden(servers: readonly Server[]): void {
  process.emitWarning(
    `What factory() returned has made ${servers.length.toString()} servers listen, on the ports ${servers.map(portOf).join(', ')}, and tells of none. ` +
      'The first is taken for it. Let factory() start it, and return it together with the one meant, `{ app, server }`; or ask for a port.',
  );
}

/** What is known of `value` when it listens. */
export function told(value: object, found: readonly Inner[], adopted: boolean): Listening {
  const servers = found.filter(isNodeServer);
  found.forEach(claim);
  const own = member(value, 'url');
  const url = typeof own === 'string' && URL.canParse(own) ? own : undefined;
  const address = addressOf(value) ?? addressOf(servers[0]) ?? addressOf(found[0]) ?? (url === undefined ? null : addressInUrl(url));
  const sockets = found.filter(isDatagramSocket);
  const close = endOf(value) ?? (sockets.length > 0 ? () => Promise.all(sockets.map(closeDatagram)) : undefined);
  return {
    servers,
    adopted,
    address,
    ...(url === undefined ? {} : { scheme: new URL(url).protocol.slice(0, -1) }),
    ...(url !== undefined && address === null ? { url } : {}),
    ...(servers.length === 0 && found.length > 0 ? { scheme: 'udp' } : {}),
    ...(close === undefined ? {} : { close }),
  };
}

/** How `value` is closed: its close or stop, by callback, by promise, or at once. */
export function closeOf(value: unknown): (() => Promise<unknown>) | undefined {
  for (const name of ['close', 'stop', 'shutdown']) {
    const close = method(value, name);
    if (close === undefined || (name === 'shutdown' && isClient(value))) continue;
    const original = member(value, name);
    // An async function's parameters are options, never a callback.
    const isAsync = Object.prototype.toString.call(original) === '[object AsyncFunction]';
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws at once is a rejection, too
    if (isAsync || takesNoCallback(original)) return async () => close();
    return () =>
      called((done) =>
        close((given?: unknown) => {
          done(isFailure(given) ? given : undefined);
        }),
      );
  }
  return undefined;
}

/** Such as one of Redis, whose `shutdown` is a command that ends the database itself, for everybody. */
function isClient(value: unknown): boolean {
  return canDo(value, 'quit') || canDo(value, 'disconnect');
}

/**
 * How what `factory()` returned is ended as a whole: as it is closed, or by `await using`. Of a bundle's parts only those that close are closed:
 * streams can be disposed of, too, and are whole programs' at times.
 */
export function endOf(value: unknown): (() => Promise<unknown>) | undefined {
  const close = closeOf(value);
  if (close !== undefined) return close;
  const dispose = method(value, Symbol.asyncDispose) ?? method(value, Symbol.dispose);
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws at once is a rejection, too
  return dispose && (async () => dispose());
}

/** Some are called back with what is no error, such as where it was bound. */
function isFailure(given: unknown): boolean {
  return typeof given === 'string' || typeof member(given, 'message') === 'string';
}

/** What an only parameter is called that is no callback: `close(error)`, `stop(options)`. One letter may be anything in minified code. */
const NO_CALLBACK = /^(?:err|error|reason|cause|code|signal|options|opts|timeout|force|graceful)$/i;

/** A function that is given for an error would be told on as one, and would never be called, which costs each stop its whole time. */
function takesNoCallback(close: unknown): boolean {
  const arity = member(close, 'length');
  // Of two parameters, the first may be the callback where the second is missing.
  if (arity !== 1) return arity === 0;
  const [first = ''] = parameterNames(close);
  return NO_CALLBACK.test(first);
}
