/**
 * Runs the `close` hook of a controller's class, for as long as a stop lets it. Server side.
 */
import { unsettledHook } from '../server/unsettled';
import { after } from '../time/clock';

export interface HookOutcome {
  /** Whether it had not settled in its time. */
  readonly cut: boolean;
  /** What it threw, or that it did not settle. */
  readonly error?: unknown;
}

/** Calls the hook, if there is one, and waits for it up to `timeout` milliseconds. Never rejects. */
export async function runCloseHook(controller: object, timeout: number): Promise<HookOutcome> {
  const { close } = controller as { readonly close?: unknown };
  if (typeof close !== 'function') return { cut: false };
  let cancel: () => void = () => undefined;
  const limit = new Promise<HookOutcome>((resolve) => {
    cancel = after(timeout, () => {
      // Whoever gave it no time at all is told nothing.
      resolve({ cut: true, ...(timeout > 0 ? { error: unsettledHook(controller.constructor.name, timeout) } : {}) });
    });
  });
  try {
    const hook = Promise.resolve(Reflect.apply(close, controller, []) as unknown).then(() => ({ cut: false }));
    return await Promise.race([hook, limit]);
  } catch (error) {
    return { cut: false, error };
  } finally {
    cancel();
  }
}
