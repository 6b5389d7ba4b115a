/**
 * What a thread finds out about modules is handed on to the threads after it, a little at a time: its own servers come first. Server side.
 */
import type { ModuleBatch } from '../../protocol/channels';
import { inBackground, now } from '../../time/clock';
import type { FoundModules } from './found-modules';

/** Milliseconds between a start and the first that is handed on, and between two batches. */
const INTERVAL = 5;
/** Milliseconds that an ending thread takes to hand on what it still has. */
const AT_END = 5;

/** What a thread gets from the threads before it, and hands on to those after it. Processes share nothing. */
export interface Lineage {
  readonly found: FoundModules;
  /** Called when the first server listens, and when it has stopped: what has run until then is what every start needs, and every stop. */
  ranThrough(): void;
  handOn(batch: ModuleBatch): void;
}

export class Heritage {
  readonly #lineage: Lineage;
  readonly #take: () => ModuleBatch | undefined;
  #hasStarted = false;
  #hasStopped = false;
  #isWaiting = false;

  /** `take` gives what is new since it was last asked. */
  constructor(lineage: Lineage, take: () => ModuleBatch | undefined) {
    this.#lineage = lineage;
    this.#take = take;
  }

  /** A server listens. */
  started(): void {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      inBackground(INTERVAL, () => {
        this.#lineage.ranThrough();
      });
    }
    this.handOn();
  }

  /** A server has stopped. */
  stopped(): void {
    if (!this.#hasStopped) this.#lineage.ranThrough();
    this.#hasStopped = true;
  }

  /** There may be something new; not before the first server listens. */
  handOn(): void {
    if (!this.#hasStarted || this.#isWaiting) return;
    this.#isWaiting = true;
    inBackground(INTERVAL, () => {
      this.#isWaiting = false;
      if (this.#handOnNow()) this.handOn();
    });
  }

  /** What a short life left no time for, as far as a moment reaches; the threads after it find the rest. */
  end(): void {
    const until = now() + AT_END;
    while (now() < until && this.#handOnNow());
  }

  /** Whether there was something to hand on. */
  #handOnNow(): boolean {
    const batch = this.#take();
    if (batch !== undefined) this.#lineage.handOn(batch);
    return batch !== undefined;
  }
}
