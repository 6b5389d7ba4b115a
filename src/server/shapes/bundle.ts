/**
 * Bundles: an object or array that holds a server among other things. One part listens, all of them are closed. Server side.
 */
import type { Server } from 'node:net';
import { FactoryError } from '../../errors/errors';
import { reword } from '../../errors/reword';
import { isClass } from '../../protocol/is-class';
import type { ListenTarget } from '../../protocol/messages';
import { addressOf, portOf } from '../address';
import { answersToAll, canDo, isEmitter, isObject, isThenable, member } from '../members';
import { isTaken } from '../traffic/ledger';
import { closeNodeServer, isClosedAlready } from '../settle';
import type { Listening, ServerAdapter } from '../types';
import { claimedAddress, isNodeServer, listensNowhere, onPort, ownServers, serverOnPort, serversIn } from './insides';
import { closeOf, endOf, listenByStart } from './lifecycles';
import { listensToMessages } from './parameters';
import { isWs, sayGoodbye } from './web-sockets';

type Find = (value: unknown) => ServerAdapter | undefined;

/** Whether `value` holds a server, or names where one listens that can be closed: by `value`, or as a server of this thread. */
export function isBundle(value: unknown, find: Find): boolean {
  if (!isObject(value) || typeof value === 'function' || isThenable(value)) return false;
  const mayListen = partsOf(value).filter((part) => rankOf(part, find) < NO_SERVER);
  if (mayListen.length > 0 && !(mayListen.every(hasOnlyListen) && hidesItsServer(value))) return true;
  const claimed = claimedAddress(value);
  return claimed !== null && (endOf(value) !== undefined || serverOnPort(claimed.port) !== undefined);
}

/** The factory has started a server, and `value` is what ends it. */
function hidesItsServer(value: object): boolean {
  return !Array.isArray(value) && endOf(value) !== undefined && ownServers().length > 0;
}

/** As an object that others listen to for its events has. An application has something for requests, too. */
function hasOnlyListen(part: unknown): boolean {
  const isApplication = ['use', 'handle', 'handler'].some((name) => canDo(part, name));
  return !isNodeServer(part) && !isApplication && canDo(part, 'listen') && closeOf(part) === undefined;
}

export async function listenBundle(value: object, target: ListenTarget, find: Find): Promise<Listening> {
  const parts = partsOf(value);
  const mayListen = inOrder(parts, find);
  const main = mainOf(mayListen, target);
  const after = mayListen[mayListen.indexOf(main) + 1];
  const first = adoptClaimed(value, main) ?? (await listenMain(value, main, target, find).catch(unlessRunsBeside(after)));
  const next = listensNowhere(first) ? after : undefined;
  const told = next === undefined ? first : await listenNext(first, () => listenMain(value, next, target, find));
  const nodeServers = parts.filter(isNodeServer);
  const all = new Set([...nodeServers, ...mayListen.flatMap(heldBy).filter((held) => !servesAlike(held, nodeServers))]);
  if (![...all].every(isTaken)) tellOfIdle(all.size);
  const further = nodeServers.filter((server) => server.listening);
  const servers = told.servers === undefined && further.length === 0 ? undefined : [...new Set([...(told.servers ?? []), ...further])];
  return {
    ...told,
    ...(servers === undefined ? {} : { servers }),
    server: value,
    close: () => closeBundle(value, { told, others: parts.filter((part) => part !== (next ?? main)), servers: servers ?? [] }),
  };
}

/**
 * Starts what can start and close as a whole. Where it listens nowhere by that, as one that only opens its database, a server or an application
 * among its parts does; what else could be started among them, it has started itself.
 */
export async function listenByWhole(value: object, target: ListenTarget, find: Find): Promise<Listening> {
  const started = await listenByStart(value, target);
  const findUnstarted: Find = (part) => (canDo(part, 'start') ? undefined : find(part));
  if (!listensNowhere(started) || !isBundle(value, findUnstarted)) return started;
  return listenNext(started, () => listenBundle(value, target, findUnstarted));
}

/**
 * The first, unless another has been made to listen on the port that was asked for. A restart asks for the port of the first, which another may
 * have taken: where it is told, a test that reaches the wrong one will see it.
 */
function mainOf(servers: readonly unknown[], { port }: ListenTarget): unknown {
  const [first] = servers;
  const there = onPort(servers, port);
  if (there === undefined || there === first || portOf(first) === undefined) return first;
  process.emitWarning(
    `Of the bundle's servers, not the first is on port ${port.toString()}, which was asked for, but another, which is taken for the server. ` +
      'Let factory() return that first.',
  );
  return there;
}

/** Among the server's output, where a test that misses one will see it. */
function tellOfIdle(count: number): void {
  process.emitWarning(
    `Of the bundle's ${String(count)} servers not all listen: a controller has one address, and makes one of them listen. ` +
      'Make the others listen in factory(), or give each a controller of its own.',
  );
}

const RUNS_ALREADY = /\balready (?:been )?(?:started|running)\b/i;

/** A scheduler or the like that its factory has started says so where it is started again: what listens is the part after it. */
function unlessRunsBeside(next: unknown): (error: unknown) => Listening {
  return (error) => {
    if (next !== undefined && error instanceof Error && RUNS_ALREADY.test(error.message)) return { servers: [], address: null };
    throw error;
  };
}

/** A start that fails leaves nothing behind that it has started. */
async function listenNext(started: Listening, listen: () => Promise<Listening>): Promise<Listening> {
  try {
    return await listen();
  } catch (error) {
    await Promise.allSettled([started.close?.()]);
    throw error;
  }
}

/** Listens with the main part. Others may pass its errors on, as ws does: unheard they would be thrown. */
async function listenMain(value: object, main: unknown, target: ListenTarget, find: Find): Promise<Listening> {
  const ignore = (): void => undefined;
  const emitters = partsOf(value)
    .filter((part) => part !== main)
    .filter(isEmitter);
  for (const emitter of emitters) emitter.on('error', ignore);
  try {
    return (await find(main)?.listen(main, target)) ?? {};
  } catch (error) {
    throw error instanceof FactoryError ? asOfPart(error, value, main) : error;
  } finally {
    for (const emitter of emitters) emitter.removeListener('error', ignore);
  }
}

/** Its part may be a stranger to the user: a field of an object that makes its server when it is started, and would do so by itself. */
function asOfPart(error: FactoryError, value: object, main: unknown): FactoryError {
  const name = Object.keys(value).find((key) => member(value, key) === main) ?? '';
  reword(error, `Its part \`${name}\` is taken for the server. ${error.message}${ownStart(value)}`);
  return error;
}

function ownStart(value: object): string {
  if (!canDo(value, 'start')) return '';
  if (endOf(value) === undefined) return ' If start() of the whole makes a server listen, await it in factory().';
  return ' By start() of the whole nothing listens.';
}

/** A server that was started in the factory by something that gives a url or a port, e.g. Apollo's `startStandaloneServer`. */
function adoptClaimed(value: object, main: unknown): Listening | undefined {
  const claimed = claimedAddress(value);
  if (claimed === null || isNodeServer(main)) return undefined;
  const server = serverOnPort(claimed.port);
  const isStarted = server !== undefined || main === undefined || (canDo(main, 'start', 'stop') && !canDo(main, 'listen'));
  if (!isStarted) return undefined;
  const url = member(value, 'url');
  const known = server === undefined ? { servers: [], address: claimed } : { servers: [server], address: addressOf(server) };
  const close = closeOf(main);
  return { ...known, adopted: true, ...(typeof url === 'string' ? { url: url.replace(/\/$/, '') } : {}), ...(close && { close }) };
}

interface BundleParts {
  /** What its main part has told. */
  readonly told: Listening;
  readonly others: readonly unknown[];
  readonly servers: readonly Server[];
}

/**
 * The bundle's own close where it has one. Else: WebSocket servers at once, for they tell their clients; then the server, with its
 * requests in flight; then the rest, such as a broker or a pool, which those requests may need.
 */
async function closeBundle(value: object, { told, others, servers }: BundleParts): Promise<void> {
  const own = Array.isArray(value) ? undefined : endOf(value);
  if (own !== undefined) {
    await own();
    return;
  }
  const closers = (parts: readonly unknown[]): Promise<unknown>[] =>
    parts.filter((part) => !isNodeServer(part)).map((part) => Promise.resolve(closeOf(part)?.()));
  const isRealTime = (part: unknown): boolean => canDo(part, 'handleUpgrade') || canDo(part, 'of', 'attach');
  for (const part of others) if (isWs(part)) sayGoodbye(part);
  const first = await Promise.allSettled([told.close?.(), ...closers(others.filter(isRealTime)), ...servers.map(closeNodeServer)]);
  const rest = others.filter((part) => !isRealTime(part) && isClosable(part));
  const last = await Promise.allSettled(closers(rest));
  const failed = [...first, ...last].find((result) => result.status === 'rejected' && !isClosedAlready(result.reason));
  if (failed?.status === 'rejected') throw failed.reason as Error;
}

/** Plain data among the parts has no life of its own, nor have classes; functions may have one, as postgres's for queries. */
function isClosable(part: unknown): boolean {
  return !isClass(part) && closeOf(part) !== undefined;
}

/** A double that answers to every name would pass for each kind of server there is, also at close. */
function partsOf(value: object): unknown[] {
  const parts = Array.isArray(value) ? (value as unknown[]) : Object.keys(value).map((name) => member(value, name));
  return [...new Set(parts.filter((part) => isObject(part) && !answersToAll(part)))];
}

const NO_SERVER = 4;

/** Of those that listen already the first comes first, be it a server of Node's or an application that was started and holds its own. */
function inOrder(parts: readonly unknown[], find: Find): unknown[] {
  const listens = parts.some((part) => isNodeServer(part) && isTaken(part));
  const isStartedApart = (part: unknown): boolean => listens && heldBy(part).some((server) => isTaken(server) && !parts.includes(server));
  const rank = (part: unknown): number => (isStartedApart(part) ? 0 : rankOf(part, find));
  return parts.filter((part) => rankOf(part, find) < NO_SERVER).sort((one, other) => rank(one) - rank(other));
}

/** The servers that a part holds which is none of Node's itself. */
function heldBy(part: unknown): Server[] {
  return isObject(part) && !isNodeServer(part) ? serversIn(part) : [];
}

/** As the server that a NestJS application holds, where it has been given to others instead, e.g. one for HTTP and one for HTTPS. */
function servesAlike(held: Server, others: readonly Server[]): boolean {
  return held.listeners('request').some((listener) => others.some((other) => other.listeners('request').includes(listener)));
}

/**
 * Which part listens: a server that does already, one of Node's, another object, an application. A bare function is no part, nor is a client that
 * listens to messages.
 */
function rankOf(part: unknown, find: Find): number {
  if (isNodeServer(part)) return isTaken(part) ? 0 : 1;
  if (listensToMessages(part)) return NO_SERVER;
  if (typeof part === 'function') return canDo(part, 'listen') || canDo(part, 'fetch') ? 3 : NO_SERVER;
  return find(part) === undefined ? NO_SERVER : 2;
}
