/**
 * A start that several may wait for, each free to leave. Test side.
 */
import type { Lifecycle } from './lifecycle';

/** Who waits for the start of a lifecycle; the last to leave takes the start along. */
const waiting = new WeakMap<Lifecycle, { stayers: number; leavers: number }>();

/** The shared start for a caller who leaves when `signal` is aborted; without a signal it stays. */
export function startDetachably<T>(lifecycle: Lifecycle, signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the signal's own reason, whatever it is
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  const shared = start();
  const callers = waiting.get(lifecycle) ?? { stayers: 0, leavers: 0 };
  if (!waiting.has(lifecycle)) {
    waiting.set(lifecycle, callers);
    const forget = (): void => {
      waiting.delete(lifecycle);
    };
    shared.then(forget, forget);
  }
  if (signal === undefined) {
    callers.stayers += 1;
    return shared;
  }
  callers.leavers += 1;
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      callers.leavers -= 1;
      // The last one's promise settles when the start has been undone.
      if (callers.stayers + callers.leavers === 0) lifecycle.abandonStart(signal.reason);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as above
      else reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    const settle = (): void => {
      signal.removeEventListener('abort', leave);
    };
    shared.then(settle, settle);
    shared.then(resolve, reject);
  });
}
