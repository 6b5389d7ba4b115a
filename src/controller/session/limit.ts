/**
 * A limit that can be moved: when it is over, and a timer that says so. Test side.
 */
import { after, now } from '../../time/clock';

export class Limit {
  readonly #passed: () => void;
  #deadline = Infinity;
  #cancel: (() => void) | undefined;

  /** Calls `passed` in a later turn when the limit has passed. */
  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** When it is over, on the clock of `now()`; Infinity when none is set. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Sets it `ms` milliseconds from now, in place of any before. */
  set(ms: number): void {
    this.clear();
    this.#deadline = now() + ms;
    this.#arm();
  }

  clear(): void {
    this.#deadline = Infinity;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    this.#cancel = after(Math.ceil(this.#deadline - now()), () => {
      // Timers may come a fraction early.
      if (now() < this.#deadline) this.#arm();
      else this.#passed();
    });
  }
}
