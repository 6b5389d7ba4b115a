/**
 * What ends when an AbortSignal is aborted: any number of things, by one listener, since Node 20 warns of more than ten. Test side; imports nothing.
 */

interface Bound {
  readonly aborts: Set<() => void>;
  listener(): void;
}

const bounds = new WeakMap<AbortSignal, Bound>();

/** Calls `abort` once when the signal is aborted, which it is not yet; returns what cancels that. */
export function whenAborted(signal: AbortSignal, abort: () => void): () => void {
  const bound = bounds.get(signal) ?? listenTo(signal);
  bound.aborts.add(abort);
  return () => {
    bound.aborts.delete(abort);
    if (bound.aborts.size > 0) return;
    signal.removeEventListener('abort', bound.listener);
    bounds.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Bound {
  const aborts = new Set<() => void>();
  const bound: Bound = {
    aborts,
    listener() {
      for (const abort of [...aborts]) abort();
    },
  };
  signal.addEventListener('abort', bound.listener, { once: true });
  bounds.set(signal, bound);
  return bound;
}
