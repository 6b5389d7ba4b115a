/**
 * How long something has been going on, all in all. Both sides.
 */
import { now } from './clock';

/** Adds up the time in which at least one of several overlapping activities was under way. */
export class Meter {
  #ended = 0;
  #underWay = 0;
  #since = 0;

  begin(): void {
    if (this.#underWay === 0) this.#since = now();
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#ended += now() - this.#since;
  }

  /** Milliseconds so far, those of what is under way included. */
  get total(): number {
    return this.#underWay === 0 ? this.#ended : this.#ended + now() - this.#since;
  }
}
