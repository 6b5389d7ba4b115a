/**
 * Remembers how a host went and tells each listener once, whether it asked before or after. Test side.
 */
import type { Worker } from 'node:worker_threads';
import { decodeError, encodeError } from '../protocol/errors';
import type { EncodedError } from '../protocol/values';
import type { HostExit } from './handle';

export class ExitNotice {
  #exit: HostExit | undefined;
  readonly #listeners: ((exit: HostExit) => void)[] = [];

  /** Calls `listener` once when the host is gone, at once when it is gone already. */
  readonly onExit = (listener: (exit: HostExit) => void): void => {
    if (this.#exit === undefined) this.#listeners.push(listener);
    else listener(this.#exit);
  };

  /** It is gone. */
  settle(exit: HostExit): void {
    this.#exit = exit;
    for (const listener of this.#listeners.splice(0)) listener(exit);
  }
}

/** What a relay thread says last of the process that it stands for. */
export interface LastReport {
  readonly code: number | null;
  readonly signal?: string | null;
  readonly error?: EncodedError | undefined;
}

/** Hears how the process behind a relay thread went; if the relay itself failed, then of that. */
export function hearRelay(relay: Worker): ExitNotice {
  const notice = new ExitNotice();
  let report: LastReport | undefined;
  relay.on('message', (message: LastReport) => {
    report = message;
  });
  relay.on('error', (error) => {
    report ??= { code: null, error: encodeError(error) };
  });
  relay.on('exit', () => {
    const error = report?.error === undefined ? undefined : decodeError(report.error);
    notice.settle({ code: report?.code ?? null, signal: report?.signal ?? undefined, error });
  });
  return notice;
}
