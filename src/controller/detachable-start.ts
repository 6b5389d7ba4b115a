/**
 * A start that several may wait for, each free to leave. Test side.
 */
import { readRecord, unexpected } from '../errors/unexpected';
import { whenAborted } from '../remote/when-aborted';

/** How many wait for each start: without a signal, and with one. When the last of them leaves, the start is abandoned. */
const waiting = new WeakMap<Promise<unknown>, { stayers: number; leavers: number }>();

export interface SharedStart<T> {
  /** Begins the start, or joins the one that is under way. */
  join(): Promise<T>;
  /** Ends that start, if it is still under way: it rejects with `reason` when it is undone. */
  abandon(start: Promise<T>, reason: unknown): void;
}

/**
 * The shared start for a caller who leaves when the `signal` among its options is aborted; without a signal it stays.
 * @throws {InvalidOptionError} for other options
 */
export function startDetachably<T>(options: unknown, { join, abandon }: SharedStart<T>): Promise<T> {
  const { signal } = readRecord(options, ['signal']);
  if (signal !== undefined && !isAbortSignal(signal)) throw unexpected('signal', 'an AbortSignal', signal);
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the signal's own reason, whatever it is
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  const shared = join();
  const callers = waiting.get(shared) ?? { stayers: 0, leavers: 0 };
  waiting.set(shared, callers);
  if (signal === undefined) {
    callers.stayers += 1;
    return shared;
  }
  callers.leavers += 1;
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      callers.leavers -= 1;
      // The last one's promise settles when the start has been undone, or by what came of it before.
      if (callers.stayers + callers.leavers === 0) abandon(shared, signal.reason);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as above
      else reject(signal.reason);
    };
    const settle = whenAborted(signal, leave);
    shared.then(settle, settle);
    shared.then(resolve, reject);
  });
}

/** Of any realm: a Jest test's is another one's. */
function isAbortSignal(signal: unknown): signal is AbortSignal {
  return typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal;
}
