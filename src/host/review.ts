/**
 * How a server has fared, for a test that fails. Server side.
 */
import type { ControllerId, FromHost, ReviewCommand } from '../protocol/messages';
import { linesSince, type Noted } from '../protocol/noted';
import type { RunningServer } from '../server/types';
import { requestsSent } from './outgoing';

type Reviewed = Extract<FromHost, { type: 'reviewed' }>;
type Fared = Extract<FromHost, { type: 'fared' }>;

/** The answer of a server, which may have ended meanwhile. `fakeClock`: its loop goes by one. */
export function reviewOf(
  running: RunningServer | undefined,
  { command: { id, token, since }, fakeClock }: { readonly command: ReviewCommand; readonly fakeClock: boolean },
): Reviewed {
  const [failed, sent] = [linesSince(failuresOf(running), since), linesSince(requestsSent(), since)];
  return { type: 'reviewed', id, token, closed: running?.isClosed() ?? false, fakeClock, failed, sent };
}

/** What is to be said before an end, after which nobody can be asked; undefined where there is nothing. */
export function lastWordsOf(running: RunningServer | undefined, id: ControllerId): Fared | undefined {
  const [failed, sent] = [failuresOf(running), requestsSent()];
  return failed.length === 0 && sent.length === 0 ? undefined : { type: 'fared', id, failed, sent };
}

function failuresOf(running: RunningServer | undefined): readonly Noted[] {
  return running?.failures() ?? [];
}
