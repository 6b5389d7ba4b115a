/**
 * How a server has fared, for a test that fails. Server side.
 */
import type { ControllerId, FromHost, ReviewCommand } from '../protocol/messages';
import { linesSince, type Noted } from '../protocol/noted';
import type { RunningServer } from '../server/types';
import { errorsHandled } from './handled-errors';
import { requestsSent } from './outgoing';

type Reviewed = Extract<FromHost, { type: 'reviewed' }>;
type Fared = Extract<FromHost, { type: 'fared' }>;

/** The answer of a server, which may have ended meanwhile. `fakeClock`: its loop goes by one. */
export function reviewOf(
  running: RunningServer | undefined,
  { command: { id, token, since }, fakeClock }: { readonly command: ReviewCommand; readonly fakeClock: boolean },
): Reviewed {
  const { failed, sent, handled } = notesOf(running);
  return {
    type: 'reviewed',
    id,
    token,
    closed: running?.isClosed() ?? false,
    fakeClock,
    failed: linesSince(failed, since),
    sent: linesSince(sent, since),
    handled: linesSince(handled, since),
  };
}

/** What is to be said before an end, after which nobody can be asked; undefined where there is nothing. */
export function lastWordsOf(running: RunningServer | undefined, id: ControllerId): Fared | undefined {
  const notes = notesOf(running);
  return Object.values(notes).every(({ length }) => length === 0) ? undefined : { type: 'fared', id, ...notes };
}

function notesOf(running: RunningServer | undefined): Record<'failed' | 'sent' | 'handled', readonly Noted[]> {
  return { failed: running?.failures() ?? [], sent: requestsSent(), handled: errorsHandled() };
}
