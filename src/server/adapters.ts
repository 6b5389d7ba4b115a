/**
 * The one door through which the host makes servers listen, whatever their shape. Server side.
 */
import type { Server } from 'node:net';
import { FactoryError } from '../errors/errors';
import type { ListenTarget } from '../protocol/messages';
import { listeningSince, mark } from './traffic/ledger';
import { answersToAll, isObject, isThenable } from './members';
import { running } from './running';
import { closeNodeServer } from './settle';
import { ADAPTERS } from './table';
import type { RunningServer, ServerAdapter, Source } from './types';

/** The adapter for `value`: the first of the user's own that accepts it, else the first of the table; undefined when it is no server. */
export function adapterFor(value: unknown, extra: readonly ServerAdapter[] = []): ServerAdapter | undefined {
  if (!isObject(value) || answersToAll(value)) return extra.find((adapter) => adapter.accepts(value));
  return [...extra, ...ADAPTERS].find((adapter) => adapter.accepts(value));
}

/**
 * Makes whatever a factory returned listen, and resolves when it does.
 *
 * A promise is awaited, unless it is a server itself, as Fastify's instances are. `source` says where `value` comes from, for messages.
 *
 * @throws FactoryError when it is no server, or listens elsewhere than was asked for; otherwise the error that prevented it, itself.
 */
export async function listenOn(
  value: unknown,
  target: ListenTarget,
  extra: readonly ServerAdapter[] = [],
  source = anyFactory,
): Promise<RunningServer> {
  const adapter = adapterFor(value, extra);
  if (adapter === undefined) {
    if (isThenable(value)) return listenOn(await value, target, extra, source);
    throw notAServer(value, extra, source());
  }
  if (target.path !== undefined) await loadUnixPath().preparePath(target.path);
  const since = mark();
  try {
    let told = await adapter.listen(value, target);
    if (extra.includes(adapter)) checkTold(adapter, told, listeningSince(since));
    else if (told.servers?.length === 0) told = await loadInsides().withStarted(told);
    return await running(value, told, told.servers ?? listeningSince(since), target);
  } catch (error) {
    throw error instanceof FactoryError ? loadNotAServer().withSource(error, source()) : error;
  }
}

/** An adapter of the user's may tell anything. @throws FactoryError for what cannot be used; what listens by then is closed. */
function checkTold(adapter: ServerAdapter, told: unknown, servers: readonly Server[]): void {
  const { checkAnswer } = require('./adapter-answer') as typeof import('./adapter-answer');
  try {
    checkAnswer(adapter.name, told);
  } catch (error) {
    for (const server of servers) closeNodeServer(server).catch(() => undefined);
    throw error;
  }
}

function anyFactory(): Source {
  return { subject: 'factory()', verb: 'returned' };
}

function notAServer(value: unknown, extra: readonly ServerAdapter[], source: Source): FactoryError {
  return loadNotAServer().notAServer(value, [...extra, ...ADAPTERS], source);
}

function loadNotAServer(): typeof import('./not-a-server') {
  return require('./not-a-server') as typeof import('./not-a-server');
}

function loadInsides(): typeof import('./shapes/insides') {
  return require('./shapes/insides') as typeof import('./shapes/insides');
}

function loadUnixPath(): typeof import('./unix-path') {
  return require('./unix-path') as typeof import('./unix-path');
}
