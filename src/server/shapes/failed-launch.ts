/**
 * Says among the server's output, which the failed start shows, why an object could not be made to listen, where its own error cannot tell. Server side.
 */
import type { Server } from 'node:net';
import { soon } from '../../time/clock';
import { portOf } from '../address';
import { member } from '../members';
import type { Call } from './parameters';

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
  const port = portOf(one)?.toString();
  const seen =
    inUse === undefined
      ? `failed, and factory() itself has made a server listen${port === undefined ? '' : ` on port ${port}`}`
      : `could not have port ${String(port)}, on which factory() itself has made a server listen`;
  return (
    `${verb}() of what factory() returned ${seen}: it seems to be started already. ` +
    'Let factory() return it unstarted, or together with its server, or return the function that stops it.'
  );
}

/** A parameter with a name of its own may be for something that only its factory has. */
function wronglyCalled(error: unknown, { verb, guess }: Attempt): string | undefined {
  if (guess === undefined || member(error, 'name') !== 'TypeError') return undefined;
  return (
    `${verb}(${guess.parameters}) of what factory() returned, or of a part of it, was called as ${verb}(${guess.given}), and failed with a TypeError. ` +
    'If it needs something else, call it in factory(), and return the server that it makes, or the function that stops it.'
  );
}
