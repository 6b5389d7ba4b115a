/**
 * Says of a start that is waited for in vain why its server does not listen: its own code has heard the error, and kept it. Server side.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ControllerId } from '../../protocol/messages';
import { after } from '../../time/clock';
import { ownerOfThis } from '../owner';

const FAILED = 'tracing:net.server.listen:error';
const BOUND = 'tracing:net.server.listen:asyncEnd';

/** Milliseconds, at most, after which nobody is expected any more to pass the error on, or to try another port. */
const PATIENCE = 500;

/** Warns among the server's output, where the start of the controller `id`, limited to `limit` ms, is not over soon after that. Gives what ends the watch. */
export function warnOfFailedListening(id: ControllerId, limit: number): () => void {
  let forget: (() => void) | undefined;
  const failed = (message: unknown): void => {
    if (ownerOfThis() !== id) return;
    const { error } = message as { error: Error };
    forget ??= after(Math.min(PATIENCE, limit / 2), () => {
      process.emitWarning(
        `A server could not listen: ${error.message}. An \`error\` listener of its own has heard that, and its start goes on.`,
      );
    });
  };
  const end = (): void => {
    forget?.();
    forget = undefined;
  };
  const bound = (): void => {
    if (ownerOfThis() === id) end();
  };
  subscribe(FAILED, failed);
  subscribe(BOUND, bound);
  return () => {
    end();
    unsubscribe(FAILED, failed);
    unsubscribe(BOUND, bound);
  };
}
