/**
 * Says of a server that it began to listen when its controller's start was over, too late to be known as the controller's. Server side.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:dgram';
import type { Server } from 'node:net';
import type { BoundAddress, ControllerId } from '../../protocol/messages';
import { addressOf, hostAndPort } from '../../server/address';
import { member } from '../../server/members';
import type { RunningServer } from '../../server/types';
import { hearOfBoundSockets } from './bound-sockets';
import { ownerOfThis } from '../owner';

const BOUND = 'tracing:net.server.listen:asyncEnd';

/** What the start of a controller came to. */
export interface StartOutcome {
  readonly id: ControllerId;
  /** What factory() or the module gave. */
  readonly value: unknown;
  /** Where that comes from: `factory() of Api`. */
  readonly subject: string;
  readonly running: RunningServer;
}

/**
 * Warns among the server's output, once, of a server that would have been the controller's if the start had waited for it: as nothing
 * listened there is no address, or the function that stops it was taken for a request listener. Gives what ends the watch.
 */
export function warnOfLateListening({ id, value, subject, running }: StartOutcome): () => void {
  const consequence = consequenceOf(value, running);
  if (consequence === undefined) return () => undefined;
  const end = (): void => {
    unsubscribe(BOUND, onListening);
    endSockets();
  };
  const heard = (server: Server | Socket): void => {
    if (ownerOfThis() !== id) return;
    end();
    process.emitWarning(
      `A server began to listen, at ${placeOf(addressOf(server))}, when ${subject} was over, ${consequence}. Have it wait until that server listens, or return the server.`,
    );
  };
  const onListening = (message: unknown): void => {
    heard((message as { server: Server }).server);
  };
  subscribe(BOUND, onListening);
  const endSockets = hearOfBoundSockets(heard);
  return end;
}

function consequenceOf(value: unknown, { address, adopted }: RunningServer): string | undefined {
  if (address === null) return 'so that its controller has no url';
  const isBare = typeof value === 'function' && member(value, 'length') === 0;
  return isBare && !adopted ? 'and the function that it returned was taken for a request listener' : undefined;
}

function placeOf(address: BoundAddress | null): string {
  return typeof address === 'object' && address !== null ? hostAndPort(address.address, address.port) : String(address);
}
