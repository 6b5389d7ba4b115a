/**
 * Waiting a moment awake before one goes to sleep: a core takes longer to wake than most answers take to come. Both sides.
 *
 * It is for calls that come in bursts. What is awake takes a core from whoever else could use it, such as another test file.
 */
import { availableParallelism } from 'node:os';
import { now, soon } from './clock';

/** Milliseconds awake of a thread that is blocked; a core takes 30 to 50 microseconds to wake where that was measured (docs/performance.md). */
const BLOCKED_AWAKE = 0.05;
/** Milliseconds awake of an event loop, whose next call is made by code that runs meanwhile. */
const LOOP_AWAKE = 0.2;
/** Calls that are closer than this to the one before are a burst, in milliseconds; cores that sleep in between take part of it to wake. */
const BURST = 1;

let isAlone: boolean | undefined;

/** With one core, to stay awake would only keep the other side from its work. */
function hasOneCore(): boolean {
  return (isAlone ??= availableParallelism() === 1);
}

/** Watches for `arrived` without sleeping, for some microseconds. @returns whether it holds */
export function watchAwhile(arrived: () => boolean): boolean {
  const until = now() + (hasOneCore() ? 0 : BLOCKED_AWAKE);
  do if (arrived()) return true;
  while (now() < until);
  return false;
}

/** Keeps the event loop turning for some microseconds behind each call of a burst: for the next one, or for its answer. Single calls let it sleep. */
export class BurstPatience {
  #calledAt = -Infinity;
  #until = 0;
  #isAwake = false;

  /** A call is made, or has come. */
  called(): void {
    const time = now();
    const isBurst = time - this.#calledAt < BURST;
    this.#calledAt = time;
    if (!isBurst || hasOneCore()) return;
    this.#until = time + LOOP_AWAKE;
    if (this.#isAwake) return;
    this.#isAwake = true;
    soon(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isAwake = now() < this.#until;
    if (this.#isAwake) soon(this.#turn);
  };
}
