/**
 * Runs the `close` hook of a controller's class, for as long as a stop lets it. Server side.
 */
import { classNameOf } from '../protocol/class-name';
import { unsettledHook } from '../server/unsettled';
import { within } from '../time/within';

export interface HookOutcome {
  /** Whether it had not settled in its time. */
  readonly cut: boolean;
  /** What it threw, whatever that is, or that it did not settle. */
  readonly failure?: { readonly error: unknown };
}

/** Calls the hook, if there is one, and waits for it up to `timeout` milliseconds. Never rejects. */
export async function runCloseHook(controller: object, timeout: number): Promise<HookOutcome> {
  try {
    const { close } = controller as { readonly close?: unknown };
    if (typeof close !== 'function') return { cut: false };
    const hook = Promise.resolve(Reflect.apply(close, controller, []) as unknown).then(() => ({ cut: false }));
    const outcome = await within(timeout, hook);
    if (outcome !== undefined) return outcome;
    // Whoever gave it no time at all is told nothing.
    return { cut: true, ...(timeout > 0 ? { failure: { error: unsettledHook(classNameOf(controller.constructor), timeout) } } : {}) };
  } catch (error) {
    return { cut: false, failure: { error } };
  }
}
