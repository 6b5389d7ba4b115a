/**
 * Keeps an event loop awake for a moment where events follow each other closely: a core takes longer to wake than the next takes to come. Both sides.
 *
 * A request that does nothing spends most of its time waiting for the other thread's core to wake, twice. A loop that goes on turning for
 * some microseconds behind an event finds the next one at once. It pays with its core's time, and so does it only in a burst, only while what
 * it waits for keeps coming, and never where others want the core.
 */
import { executionAsyncId } from 'node:async_hooks';
import { availableParallelism } from 'node:os';
import { atNextTurn, now, soon } from './clock';

/** Events closer than this are a burst, in milliseconds. */
const BURST = 0.5;
/** Milliseconds awake behind an event. */
const AWAKE = 0.2;
/** So many times in a row nothing comes before it rests. */
const IN_VAIN = 4;
/** Milliseconds between two looks at whether others want the core. */
const LOOK_INTERVAL = 10;
/** The system takes an idle machine's core away more seldom than this, switches a millisecond. */
const CROWDED = 1e9;
/** Milliseconds of a rest: the first, and the longest as they double. */
const SHORTEST_REST = 20;
const LONGEST_REST = 640;

let users = 0;
let wakefulness: Wakefulness | undefined;

/** Has this thread's event loop stay awake in bursts until what this returns is called. It keeps nothing alive, and does nothing on one core. */
export function stayAwakeInBursts(): () => void {
  if (availableParallelism() === 1) return () => undefined;
  users += 1;
  wakefulness ??= new Wakefulness();
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    users -= 1;
    if (users > 0) return;
    wakefulness?.end();
    wakefulness = undefined;
  };
}

/** Says that an event has come which runs no code of Node's own but the listener: messages do not show otherwise. */
export function eventCame(): void {
  wakefulness?.hear();
}

class Wakefulness {
  #cancel: () => void;
  #turnedAt = -Infinity;
  #sleepAt = 0;
  #lastId = 0;
  #hasHeard = false;
  #foundOne = false;
  #inVain = 0;
  #restUntil = 0;
  #rest = SHORTEST_REST;
  #lookedAt = now();
  #switches = takenAway();

  constructor() {
    this.#cancel = atNextTurn(this.#woken);
  }

  end(): void {
    this.#cancel();
  }

  hear(): void {
    this.#hasHeard = true;
  }

  /** An event has woken the loop. */
  readonly #woken = (): void => {
    const time = now();
    const isBurst = time - this.#turnedAt < BURST;
    this.#turnedAt = time;
    if (!isBurst || time < this.#restUntil || this.#isCrowded(time)) {
      this.#cancel = atNextTurn(this.#woken);
      return;
    }
    this.#foundOne = false;
    this.#hasHeard = false;
    this.#lastId = 0;
    this.#sleepAt = time + AWAKE;
    this.#cancel = soon(this.#awake);
  };

  /** The loop has turned because it is kept awake. */
  readonly #awake = (): void => {
    const time = now();
    // Whatever happens on the loop draws the next of these ids; each turn that it is kept awake draws one itself.
    const id = executionAsyncId();
    if (this.#hasHeard || (this.#lastId !== 0 && id !== this.#lastId + 1)) {
      this.#hasHeard = false;
      this.#foundOne = true;
      this.#turnedAt = time;
      this.#sleepAt = time + AWAKE;
    }
    this.#lastId = id;
    if (time < this.#sleepAt && !this.#isCrowded(time)) {
      this.#cancel = soon(this.#awake);
      return;
    }
    this.#inVain = this.#foundOne ? 0 : this.#inVain + 1;
    if (this.#inVain === IN_VAIN) this.#takeRest(time);
    this.#cancel = atNextTurn(this.#woken);
  };

  #isCrowded(time: number): boolean {
    const since = time - this.#lookedAt;
    if (since < LOOK_INTERVAL) return false;
    const switches = takenAway();
    const isCrowded = switches - this.#switches > since * CROWDED;
    this.#lookedAt = time;
    this.#switches = switches;
    if (isCrowded) this.#takeRest(time);
    else this.#rest = SHORTEST_REST;
    return isCrowded;
  }

  #takeRest(time: number): void {
    this.#inVain = 0;
    this.#restUntil = time + this.#rest;
    this.#rest = Math.min(this.#rest * 2, LONGEST_REST);
  }
}

/** How often the system has taken a core from this process for another's sake; 0 where it does not count, as on Windows. */
function takenAway(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}
