/**
 * The end of one host: in order within a grace, or by force. Test side.
 *
 * Told by callbacks, not promises, as its link is.
 */
import { now } from '../time/clock';
import { Limit } from '../time/limit';
import type { HostHandle } from './handle';

/** Milliseconds that a host gets to end in order, `process.on('exit')` handlers included, before it is terminated: a busy machine may let it wait. */
export const END_GRACE = 1000;

/**
 * Milliseconds that it gets for its coverage, once it has come to that: V8's counts of a large application take hundreds of them, and far more
 * on a busy machine. Together with the grace no longer than hooks wait for an end.
 */
const COVERAGE_GRACE = 4000;

export interface EndingWays {
  /** Tells the host to end when what it was told to stop has stopped. */
  readonly tell: () => void;
  /** Hears what the host has said, without waiting for the event loop. */
  readonly drain: () => void;
}

export class Ending {
  readonly #handle: HostHandle;
  readonly #ways: EndingWays;
  readonly #onGone: (() => void)[] = [];
  readonly #grace = new Limit(() => {
    this.#pass();
  });
  #begun = false;
  #forced = false;
  #covering = false;
  #over = false;
  #cutShort = false;
  #gone = false;

  constructor(handle: HostHandle, ways: EndingWays) {
    this.#handle = handle;
    this.#ways = ways;
  }

  /** Whether it has been told to end, or is at its end. */
  get begun(): boolean {
    return this.#begun || this.#over;
  }

  /** When the end that was asked for is to be taken as come, on the clock of `now()`. */
  get deadline(): number {
    return this.#over || this.#forced ? 0 : this.#grace.deadline;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Whether its grace ran out before it had ended in order. */
  get cutShort(): boolean {
    return this.#cutShort;
  }

  /** Tells the host to end; nobody waits for it yet. */
  announce(): void {
    if (this.#begun || this.#gone) return;
    this.#begun = true;
    this.#ways.tell();
  }

  /** Ends the host in order, by force when its grace has passed; `done` is called when it is gone. */
  inOrder(done: () => void): void {
    this.whenGone(done);
    if (this.#isAwaited || this.#forced || this.#gone) return;
    this.announce();
    this.#giveGrace();
    this.whenGone(() => {
      this.#grace.clear();
    });
  }

  /** Ends the host at once; `done` is called when it is gone. */
  byForce(done: () => void): void {
    this.whenGone(done);
    if (this.#gone) return;
    this.#begun = true;
    this.#forced = true;
    this.#grace.clear();
    void this.#handle.terminate();
  }

  /** It has come to its coverage, for which it gets more time. */
  covers(): void {
    this.#covering = true;
    if (this.#isAwaited) this.#giveGrace();
  }

  /** It has said its last, or is gone. @returns whether that is new */
  conclude(): boolean {
    const isNew = !this.#over;
    this.#over = true;
    return isNew;
  }

  /** Gives more time, once, where its deadline was noticed so late that it may have stood still as well. @returns whether it has */
  forgive(): boolean {
    return this.#isAwaited && !this.#over && this.#grace.forgive();
  }

  /** Cuts it short, where it has not said its last. */
  cut(): void {
    this.#cutShort = !this.#over;
    void this.#handle.terminate();
  }

  /** It is gone: calls those who wait for that, after `last`. */
  leave(last: () => void): void {
    this.#gone = true;
    last();
    for (const done of this.#onGone.splice(0)) done();
  }

  /** Calls `done` when it is gone, at once where it is. */
  whenGone(done: () => void): void {
    if (this.#gone) done();
    else this.#onGone.push(done);
  }

  /** Whether its grace has begun. */
  get #isAwaited(): boolean {
    return this.#grace.deadline !== Infinity;
  }

  /** Begins its grace, or a new one. */
  #giveGrace(): void {
    this.#grace.set(Math.max(this.#handle.endGrace ?? END_GRACE, this.#covering ? COVERAGE_GRACE : 0));
  }

  #pass(): void {
    // Its last word may be there already, and only this thread was too busy to hear it.
    this.#ways.drain();
    if (now() < this.#grace.deadline || this.forgive()) return;
    this.cut();
  }
}
