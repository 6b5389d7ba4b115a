/**
 * Makes one thing of what an adapter tells: address, url, requests, and the ladder down. Server side.
 */
import type { Server } from 'node:net';
import type { ListenTarget } from '../protocol/messages';
import { addressOf, checkClaim, schemeOf, tellIfMoved, urlOf } from './address';
import { Connections } from './traffic/connections';
import { closeNodeServer, isClosedAlready, isOverWithin } from './settle';
import type { CloseDeadline, Listening, RunningServer, ServerCloseReport } from './types';
import { unsettledClose } from './unsettled';

/** Milliseconds that a shape's own close gets to settle once everything has been cut. */
const AFTERMATH = 25;

/** @throws FactoryError when the server is elsewhere than was asked for; it is closed then. */
export async function running(value: unknown, told: Listening, servers: readonly Server[], target: ListenTarget): Promise<RunningServer> {
  const connections = new Connections();
  for (const server of servers) connections.watch(server);
  const [first] = servers;
  const address = told.address ?? addressOf(first) ?? addressOf(value);
  const adopted = told.adopted ?? false;
  const down = once((deadline: CloseDeadline) => close(told, connections, deadline));
  try {
    checkClaim(address, target, adopted);
    tellIfMoved(address, target);
  } catch (error) {
    await down({ timeout: 0 });
    throw error;
  }
  // Where nobody has asked, the server may well have chosen another than the controller's default.
  const hostname = adopted && !target.given.hostname ? undefined : target.hostname;
  const scheme = told.scheme ?? (first === undefined ? 'tcp' : schemeOf(first));
  return {
    server: told.server ?? value,
    address,
    url: told.url ?? (address === null ? null : urlOf(scheme, address, hostname)),
    adopted,
    inFlight: () => connections.inFlight(),
    failures: () => connections.failures,
    isClosed: () => connections.areClosed,
    owns: (server) => connections.servers.includes(server),
    close: down,
  };
}

/** The first call's promise, for every call. */
function once<Given, Report>(work: (given: Given) => Promise<Report>): (given: Given) => Promise<Report> {
  let report: Promise<Report> | undefined;
  return (given) => (report ??= work(given));
}

/** The ladder: stop listening, end what is idle, wait, cut. */
async function close(told: Listening, connections: Connections, deadline: CloseDeadline): Promise<ServerCloseReport> {
  const { timeout } = deadline;
  let failure: { readonly closeError: unknown } | undefined;
  let settled = false;
  // Before the shape's own close, which may close Node's server at once.
  connections.keep();
  const own = closeParts(told, connections).then(
    () => {
      settled = true;
    },
    (error: unknown) => {
      settled = true;
      if (!isClosedAlready(error)) failure = { closeError: error };
    },
  );
  let gone = false;
  const ended = connections.end().then(() => (gone = true));
  const quiet = Promise.all([own, ended]);
  let forced = false;
  let cut: ServerCloseReport['cut'] = [];
  if (timeout === 0 || !(await isOverWithin(quiet, timeout))) {
    forced = timeout > 0 && !settled;
    // With connections left it may have waited for these.
    if (forced && gone) failure = { closeError: unsettledClose(timeout) };
    cut = connections.cut();
    if (cut.length > 0) deadline.onCut?.(cut);
    if (timeout > 0 || cut.length > 0) letGo(told).catch((error: unknown) => (failure ??= { closeError: error }));
    if (!(await isOverWithin(quiet, AFTERMATH)) && !settled) forced = true;
    for (const server of connections.servers) closeNodeServer(server).catch(() => undefined);
  }
  connections.release();
  return { forced: forced || cut.length > 0, cut, ...failure };
}

/** By the shape's own `cut`, which may fail as its close may: the rest goes on. */
async function letGo({ cut }: Listening): Promise<void> {
  await (cut?.() as unknown);
}

/** The shape's own close, then Node's servers that still listen. Begins at once, before it returns. */
async function closeParts(told: Listening, connections: Connections): Promise<void> {
  try {
    await told.close?.();
  } finally {
    await Promise.all(connections.servers.map(closeNodeServer));
  }
}
