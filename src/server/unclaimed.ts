/**
 * Closes what a factory has made listen, where its start has failed and nobody has taken it over. Server side; loaded when a start has failed.
 */
import { Server } from 'node:net';
import { begunBy, ledgerOf } from './traffic/ledger';
import { closeNodeServer } from './settle';

/** Closes the servers and datagram sockets that have begun in the name of `owner` since `since`, and cuts their connections; waits for nothing, and never throws. */
export function closeUnclaimed(owner: unknown, since: number): void {
  for (const begun of begunBy(owner, since)) {
    if (begun instanceof Server) {
      closeNodeServer(begun).catch(() => undefined);
      for (const connection of [...ledgerOf(begun).connections.values()]) connection.destroy();
      continue;
    }
    try {
      begun.close();
    } catch {
      // It is closed already.
    }
  }
}
