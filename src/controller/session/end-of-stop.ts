/**
 * What a stop comes to when the host ends before it has answered. Test side; pure.
 */
import type { LinkEnd } from '../../loop/link-member';
import type { ControllerId, CutConnection } from '../../protocol/messages';
import { wasKilled } from './end-errors';
import type { CloseResult } from '../report/stop-report';

export interface StopUnderWay {
  readonly id: ControllerId;
  /** Whether the server ran: a start that the stop has cut dies of no crash. */
  readonly ran: boolean;
  /** What the host has said that it cut. */
  readonly cut: readonly CutConnection[];
}

/** How the server ended: by a crash, which left nothing to stop, or by force. */
export function endOfStop(end: LinkEnd, stop: StopUnderWay): { readonly crashed: boolean; readonly result: CloseResult } {
  if (diedByItself(end, stop)) return { crashed: true, result: { forced: false, rung: 'none', cut: [] } };
  const forced = end.culprit !== undefined || stop.cut.length > 0;
  return { crashed: false, result: { forced, rung: 'terminated', cut: stop.cut, ...(end.threw ? { closeError: end.error } : {}) } };
}

/**
 * Whether it died before it could hear of the stop: that is a crash as any. Whom a signal or a full heap has ended can no longer say what
 * it had heard; it has not closed, so that this is one, too.
 */
function diedByItself(end: LinkEnd, { id, ran, cut }: StopUnderWay): boolean {
  if (!ran || end.culprit !== undefined || cut.length > 0) return false;
  if (end.stops === undefined) return wasKilled(end);
  return (end.threw || end.exitedAt !== undefined) && !end.stops.includes(id);
}
