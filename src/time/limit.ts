/**
 * A limit that can be moved: when it is over, and a timer that says so. Test side, and Jest's realm.
 */
import { after, now } from './clock';

/** What is noticed later than this, in milliseconds, shows that this thread was blocked meanwhile, or that the whole machine stood still. */
export const VERY_LATE = 250;

export class Limit {
  readonly #passed: () => void;
  #deadline = Infinity;
  #length = 0;
  #forgiven = false;
  #cancel: (() => void) | undefined;

  /** Calls `passed` in a later turn when the limit has passed. */
  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** When it is over, on the clock of `now()`; Infinity when none is set. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Milliseconds since it has passed; below 0 until then. */
  get late(): number {
    return now() - this.#deadline;
  }

  /** Sets it `ms` milliseconds from now, in place of any before. */
  set(ms: number): void {
    this.#forgiven = false;
    this.#length = ms;
    this.#begin(ms);
  }

  /**
   * Moves it, once, where it is `late` by so much that those who were to keep it may have stood still as well: by as long as that was, and no
   * longer than it was itself.
   * @returns whether it has moved it
   */
  forgive(late = this.late): boolean {
    if (this.#forgiven || late <= VERY_LATE) return false;
    this.#forgiven = true;
    this.#begin(Math.min(late, this.#length));
    return true;
  }

  clear(): void {
    this.#deadline = Infinity;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #begin(ms: number): void {
    this.clear();
    this.#deadline = now() + ms;
    this.#arm();
  }

  #arm(): void {
    this.#cancel = after(Math.ceil(this.#deadline - now()), () => {
      // Timers may come a fraction early.
      if (now() < this.#deadline) this.#arm();
      else this.#passed();
    });
  }
}
