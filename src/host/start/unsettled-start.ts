/**
 * Says of a start that is waited for what may hold it up for ever, while the test side still hears it. Server side.
 */
import type { ControllerId } from '../../protocol/messages';
import { knownOf } from '../../server/under-way';
import { after } from '../../time/clock';

/** Warns among the server's output, where the start of the controller `id` is not over when half of the `limit` ms that it has left have passed. Gives what ends the watch. */
export function warnOfUnsettledStart(id: ControllerId, limit: number): () => void {
  return after(limit / 2, () => {
    for (const known of knownOf(id)) process.emitWarning(known);
  });
}
