/**
 * Frameworks that bring a server of their own making: Fastify, hapi, NestJS, Koa. Server side.
 */
import type { RequestListener } from 'node:http';
import { Server } from 'node:net';
import type { ListenTarget } from '../../protocol/messages';
import { LONGEST_DELAY } from '../../time/clock';
import { isTaken, listeningSince, mark } from '../traffic/ledger';
import { listensItsOwnWay, member } from '../members';
import { listenNodeServer, listenToRequests } from '../node-server';
import type { Listening } from '../types';
import { serversIn, untilAllListen } from './insides';
import { listenItsOwnWay } from './lifecycles';

interface Fastify {
  readonly server: Server;
  listen(options: { host?: string; port?: number; path?: string }): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Plugins are loaded and `onReady`, `onListen` and `onClose` hooks run, as by hand. */
export async function listenFastify(app: Fastify, target: ListenTarget): Promise<Listening> {
  const { hostname, port, path } = target;
  const close = (): Promise<unknown> => app.close();
  if (isTaken(app.server)) return { ...(await listenNodeServer(app.server, target)), close };
  const since = mark();
  await app.listen(path !== undefined ? { path } : hostname === undefined ? { port } : { host: hostname, port });
  return { servers: [app.server, ...othersSince(since, app.server)], close };
}

/** hapi loads plugins before it listens, and refuses to be started meanwhile (lib/core.js, `_start`). */
const STARTING: ReadonlySet<unknown> = new Set(['initializing', 'starting']);

interface Hapi {
  readonly listener: Server;
  readonly settings: { port?: number | string; host?: string; address?: string };
  start(): Promise<void>;
  stop(options: { timeout: number }): Promise<void>;
}

/** hapi takes its address when it is made. What was left open there is filled in here. */
export async function listenHapi(server: Hapi, target: ListenTarget): Promise<Listening> {
  const { listener, settings } = server;
  // The time limit of a stop is kept by whoever calls; hapi's own would cut requests after five seconds.
  const close = (): Promise<void> => server.stop({ timeout: LONGEST_DELAY });
  if (isTaken(listener)) return { ...(await listenNodeServer(listener, target)), close };
  if (STARTING.has(member(member(server, '_core'), 'phase'))) {
    await untilAllListen([listener]);
    return { servers: [listener], adopted: true, close };
  }
  const isOpen = (settings.port === undefined || settings.port === 0) && settings.host === undefined && settings.address === undefined;
  if (target.path !== undefined && isOpen) settings.port = target.path;
  else {
    if (settings.port === undefined || settings.port === 0) settings.port = target.port;
    if (settings.host === undefined && target.hostname !== undefined) settings.address ??= target.hostname;
  }
  await server.start();
  return { servers: [listener], adopted: !isOpen, close };
}

interface Nest {
  getHttpServer(): unknown;
  listen(portOrPath: number | string, hostname?: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Nest's application is a proxy: only members that are known to be there are touched. Shutdown hooks run with its close. */
export async function listenNest(app: Nest, target: ListenTarget): Promise<Listening> {
  const { hostname, port, path } = target;
  const close = (): Promise<void> => app.close();
  const given = app.getHttpServer();
  if (given instanceof Server && isTaken(given)) return { ...(await listenNodeServer(given, target)), close };
  const since = mark();
  if (path !== undefined) await app.listen(path);
  else if (hostname === undefined) await app.listen(port);
  else await app.listen(port, hostname);
  const server = app.getHttpServer();
  return { servers: server instanceof Server ? [server, ...othersSince(since, server)] : othersSince(since), close };
}

interface Koa {
  callback(): RequestListener;
}

/** koa-websocket, Feathers and others replace `listen`: it is called then. One that has a server in a field, which listens, is reached there. */
export function listenKoa(app: Koa, target: ListenTarget): Promise<Listening> {
  if (listensItsOwnWay(app) || serversIn(app).some(isTaken)) return listenItsOwnWay(app, target);
  return listenToRequests(app.callback(), target);
}

/** Fastify binds `localhost` once for each family, by a server each. */
function othersSince(since: number, server?: Server): Server[] {
  return listeningSince(since).filter((begun) => begun !== server);
}
