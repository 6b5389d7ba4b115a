/**
 * Real time, whatever a test does to its clock. Both sides; imports nothing of ours.
 *
 * Fake timers replace the globals, and `enableGlobally` does so before this module loads; the functions of `node:timers` and
 * `process.uptime` stay real, and they are taken once, at load. (So does `node:perf_hooks`, but a new thread pays a millisecond for it, so that it is
 * asked only where nothing else is real.)
 */
import * as timers from 'node:timers';

const {
  setTimeout: realSetTimeout,
  clearTimeout: realClearTimeout,
  setImmediate: realSetImmediate,
  clearImmediate: realClearImmediate,
} = timers;
const uptime = process.uptime.bind(process);
// Under `enableGlobally` it is the fake one, which waits for the test to turn its clock.
const realNextTick: (callback: () => void) => unknown = 'clock' in process.nextTick ? realSetImmediate : process.nextTick.bind(process);

/** Epoch milliseconds, to compare with those of other processes. */
export const epochNow = realEpoch();

/** By `Date`, unless that is faked already: it stands still then, or tells any time. */
function realEpoch(): () => number {
  const isReal = [Date, Date.now].every((part) => Function.prototype.toString.call(part).includes('[native code]'));
  if (isReal) return Date.now.bind(Date);
  const { performance } = process.getBuiltinModule('node:perf_hooks');
  return () => performance.timeOrigin + performance.now();
}

/** The largest delay that Node's timers hold; anything above fires at once. Milliseconds. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Monotonic milliseconds, with fractions. */
export function now(): number {
  return uptime() * 1000;
}

interface ClockGlobals {
  readonly Date?: { readonly now?: unknown };
  readonly setTimeout?: unknown;
}

/** Begins to watch the clock of `global`; the result says whether it is a fake one now, by fake timers or a double of `Date` that came later. */
export function watchClock(global: ClockGlobals): () => boolean {
  const own = partsOf(global);
  return () => partsOf(global).some((part, index) => part !== own[index]);
}

function partsOf({ Date, setTimeout }: ClockGlobals): readonly unknown[] {
  return [Date, Date?.now, setTimeout];
}

/** Runs `callback` after `ms` real milliseconds and keeps the process alive until then; returns what cancels it. */
export function after(ms: number, callback: () => void): () => void {
  let over = false;
  const finish = (): void => {
    if (!over) pending -= 1;
    over = true;
  };
  const timer = realSetTimeout(
    () => {
      finish();
      callback();
    },
    Math.min(Math.max(0, ms), LONGEST_DELAY),
  );
  pending += 1;
  return () => {
    realClearTimeout(timer);
    finish();
  };
}

/** Runs `callback` after `ms` real milliseconds, if the process lives as long: it keeps nothing alive, and nobody sees it among the timers. */
export function inBackground(ms: number, callback: () => void): void {
  realSetTimeout(callback, ms).unref();
}

let pending = 0;

/** How many timers of `after` are still to fire: this package's own, no leftovers of anybody's. */
export function ownTimers(): number {
  return pending;
}

/** Runs `callback` in the next turn of the event loop; returns what cancels it. */
export function soon(callback: () => void): () => void {
  const immediate = realSetImmediate(callback);
  return () => {
    realClearImmediate(immediate);
  };
}

/** Throws `error` behind what is under way and before all else: uncaught, as Node's event targets do with what a listener throws. */
export function throwUncaught(error: unknown): void {
  realNextTick(() => {
    throw error;
  });
}

/** Milliseconds for a message: whole from 10 up, one decimal below. */
export function formatMs(ms: number): string {
  return `${ms >= 10 ? Math.round(ms).toString() : (Math.round(ms * 10) / 10).toString()} ms`;
}
