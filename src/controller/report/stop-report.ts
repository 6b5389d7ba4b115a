/**
 * What stop() tells. Test side.
 */
import { decodeError } from '../../protocol/errors';
import type { CloseReport, CutConnection, Leftover } from '../../protocol/messages';

/**
 * What `stop()` tells: what stopping took. All lists are empty when everything was quiet.
 * @category Reports
 */
export interface StopReport {
  /** Whether anything had to be cut or ended by force. */
  readonly forced: boolean;
  /** Milliseconds that stopping took, the end of the loop included. */
  readonly ms: number;
  /**
   * The rung of the ladder that was needed: the server `closed` by itself, connections had to be `cut`, or the loop was `terminated`;
   * `none` where there was nothing to stop.
   */
  readonly rung: 'none' | 'closed' | 'cut' | 'terminated';
  /** The connections that were still busy when the limit came. */
  readonly cut: readonly CutConnection[];
  /** Timers that were still alive. */
  readonly timers: readonly Leftover[];
  /** Other handles that were still alive: watchers, sockets of clients, operations on files. */
  readonly handles: readonly Leftover[];
  /**
   * What the `close` hook, the server's own close or an exit handler threw, or an error that nothing caught meanwhile; a
   * {@link StoppedError} where one of the former two did not end in its time.
   */
  readonly closeError?: unknown;
}

/** How a session was closed: the host's report, or what is known without one. */
export type CloseResult =
  | { readonly forced: false; readonly rung: 'none'; readonly cut: readonly [] }
  | { readonly forced: boolean; readonly rung: 'terminated'; readonly cut: readonly CutConnection[]; readonly closeError?: unknown }
  | (CloseReport & { readonly rung: 'closed' | 'cut' | 'terminated'; readonly exitError?: { readonly error: unknown } | undefined });

/** The loop of a server that has stopped. */
export interface LoopBehind {
  /** The names of the others that are or were on it: what is left when the last of them stops may be theirs. */
  readonly companions: readonly string[];
  /** Whether it goes on. */
  readonly alive: boolean;
}

/** Nothing was running. */
export const NOTHING_TO_STOP: StopReport = { forced: false, ms: 0, rung: 'none', cut: [], timers: [], handles: [] };

/** Completes what the host reported; `ms` is the whole time. */
export function stopReport(result: CloseResult, ms: number): StopReport {
  if (result.rung === 'none') return { ...NOTHING_TO_STOP, ms };
  // Copies: what came over the wire belongs to another realm than the test's.
  if (!('timers' in result)) return { ...NOTHING_TO_STOP, ...result, cut: result.cut.map(copy), ms };
  const { forced, rung, cut, timers, handles, closeError, exitError } = result;
  const report = { forced, ms, rung, cut: cut.map(copy), timers: timers.map(copy), handles: handles.map(copy) };
  if (closeError !== undefined) return { ...report, closeError: decodeError(closeError) };
  return exitError === undefined ? report : { ...report, closeError: exitError.error };
}

function copy<T extends object>(fact: T): T {
  return { ...fact };
}
