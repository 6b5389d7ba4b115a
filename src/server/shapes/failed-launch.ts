/**
 * Says among the server's output, which the failed start shows, why an object could not be made to listen, where its own error cannot tell. Server side.
 */
import type { Server } from 'node:net';
import { soon } from '../../time/clock';
import { portOf } from '../address';
import { member } from '../members';
import { isNodeServer, type Inner } from './insides';
import type { Call } from './parameters';

const REMEDY = 'Let factory() return it unstarted, or together with its server, or return the function that stops it.';

/** The method that failed, and what was guessed of its parameters. */
interface Attempt {
  readonly verb: string;
  readonly guess?: Call['guess'];
}

/** `earlier` are the servers that its factory had made listen before the attempt. */
export async function tellOfCause(error: unknown, attempt: Attempt, earlier: readonly Server[]): Promise<void> {
  const cause = startedAlready(error, attempt, earlier) ?? wronglyCalled(error, attempt);
  if (cause === undefined) return;
  process.emitWarning(cause);
  // Node hands a warning on in the next turn, when the start would have failed without it.
  await new Promise<void>(soon);
}

/** An object whose server is hidden may have been started by its factory, and that server may still be about to listen. */
function startedAlready(error: unknown, { verb }: Attempt, earlier: readonly Server[]): string | undefined {
  const inUse = member(error, 'code') === 'EADDRINUSE' ? member(error, 'port') : undefined;
  const one = earlier.find((server) => inUse === undefined || portOf(server) === inUse);
  if (one === undefined) return undefined;
  const seen =
    inUse === undefined
      ? `failed, and ${begunBefore(one)}`
      : `could not have port ${String(portOf(one))}, on which factory() itself has made a server listen`;
  return `${verb}() of what factory() returned ${seen}: it seems to be started already. ${REMEDY}`;
}

/** What may hold up a call of `verb` for ever: the second of many methods that start a server gives a promise that stays pending. */
export function unsettledLaunch(verb: string, earlier: Inner): string {
  const seen = `${verb}() of what factory() returned has not settled, and ${begunBefore(earlier)} before it was called`;
  return `${seen}: if that was a first ${verb}(), the second may never settle. ${REMEDY}`;
}

function begunBefore(one: Inner): string {
  const port = portOf(one)?.toString();
  const done = isNodeServer(one) ? 'made a server listen' : 'bound a datagram socket';
  return `factory() itself has ${done}${port === undefined ? '' : ` on port ${port}`}`;
}

/** A parameter with a name of its own may be for something that only its factory has. */
function wronglyCalled(error: unknown, { verb, guess }: Attempt): string | undefined {
  if (guess === undefined || member(error, 'name') !== 'TypeError') return undefined;
  return (
    `${verb}(${guess.parameters}) of what factory() returned, or of a part of it, was called as ${verb}(${guess.given}), and failed with a TypeError. ` +
    'If it needs something else, call it in factory(), and return the server that it makes, or the function that stops it.'
  );
}
