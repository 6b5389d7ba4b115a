/**
 * Waiting until something holds on the server side. Test side.
 */
import { inspect } from 'node:util';
import { RemoteError, StoppedError } from '../errors/errors';
import { after, epochNow, formatMs, now } from '../time/clock';
import { Limit } from '../time/limit';
import { within } from '../time/within';

/** What is left of a type when a value of it has proved to be truthy. */
export type Truthy<Value> = Exclude<Value, false | 0 | 0n | '' | null | undefined>;

/** What somebody waits for. */
export interface Wait {
  /** When it began, in epoch milliseconds. */
  readonly since: number;
  /** How it fares, as a sentence. */
  told(): string;
}

/** One that can be ended before its time. */
export interface Endable extends Wait {
  /** Rejects it: whoever waits is gone. */
  end(): void;
}

export interface PollOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** Whose value is waited for, for the message. */
  readonly name: string;
  /** What has not come, as a sentence, where a truthy value is not the word for it; `elapsed` is in milliseconds. */
  missed?(elapsed: number): string;
  /** What stands below the message when the time is over. */
  below?(): string;
  /** Holds the wait while it lasts. */
  readonly waits?: Set<Endable>;
  /** Calls `listener` after each event of the server side, until the function that it returns is called. */
  onEvent(listener: () => void): () => void;
}

/** Milliseconds between two looks: the first, and the longest. */
const FIRST_INTERVAL = 5;
const LONGEST_INTERVAL = 250;

const OVER = 'Its test file was over by then: await it in the test.';

/**
 * Runs `check` now, after each event and at growing intervals, until it gives something truthy. What it throws ends the wait.
 * @throws {RemoteError} when `timeout` has passed, with the last value
 * @throws {StoppedError} when it is ended before
 */
export async function pollUntil<Value>(check: () => Value | Promise<Value>, options: PollOptions): Promise<Truthy<Value>> {
  const since = now();
  const bell = new Bell();
  const limit = new Limit(() => {
    bell.ring();
  });
  const unsubscribe = options.onEvent(() => {
    bell.ring();
  });
  let last: { readonly value: Value } | undefined;
  const told = (): string => missed(options, { elapsed: now() - since, last, isPending: false });
  const { wait, ended } = endable(told, () => {
    bell.ring();
  });
  options.waits?.add(wait);
  let interval = FIRST_INTERVAL;
  limit.set(options.timeout);
  try {
    for (;;) {
      bell.reset();
      const result = await inTime(limit, Promise.race([ended, outcomeOf(check)]));
      if (result === undefined) throw timeoutError(options, { elapsed: now() - since, last, isPending: true });
      last = result;
      // Truthiness is the contract, whatever the type.
      if (result.value) return result.value as Truthy<Value>;
      if (limit.late >= 0 && !limit.forgive()) throw timeoutError(options, { elapsed: now() - since, last, isPending: false });
      await bell.wait(interval);
      interval = Math.min(interval * 1.5, LONGEST_INTERVAL);
    }
  } finally {
    limit.clear();
    options.waits?.delete(wait);
    unsubscribe();
  }
}

/** What `look` gives; undefined when the limit has passed before. Where this thread or the machine stood still, so may what is waited for. */
async function inTime<Result>(limit: Limit, look: Promise<Result>): Promise<Result | undefined> {
  const result = await within(-limit.late, look);
  return result === undefined && limit.forgive() ? within(-limit.late, look) : result;
}

/** A wait for others to see and to end, and what rejects when they do; `wake` makes it look. */
function endable(told: () => string, wake: () => void): { readonly wait: Endable; readonly ended: Promise<never> } {
  let end = (): void => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = () => {
      reject(new StoppedError(`${told()} ${OVER}`));
      wake();
    };
  });
  // Whoever waits hears of it by the wait itself.
  ended.catch(() => undefined);
  return { wait: { since: epochNow(), told, end }, ended };
}

/** What it gives, in an object: that may be undefined itself. */
async function outcomeOf<Value>(check: () => Value | Promise<Value>): Promise<{ readonly value: Value }> {
  return { value: await check() };
}

/** What a wait has come to. */
interface WaitedFor {
  readonly elapsed: number;
  readonly last: { readonly value: unknown } | undefined;
  /** Whether the last look has not settled. */
  readonly isPending: boolean;
}

function timeoutError(options: PollOptions, waited: WaitedFor): RemoteError {
  const remedy = `If it needs longer, raise { timeout: ${options.timeout.toString()} }.`;
  return new RemoteError(`${missed(options, waited)} ${remedy}${options.below?.() ?? ''}`);
}

function missed(options: PollOptions, { elapsed, last, isPending }: WaitedFor): string {
  if (options.missed !== undefined) return options.missed(elapsed);
  const found =
    last === undefined ? 'there was no value yet' : `the last value was ${inspect(last.value, { depth: 3, breakLength: Infinity })}`;
  const asked = isPending ? ', and the last look had not settled' : '';
  return `${options.name}: waited ${formatMs(elapsed)} for a truthy value; ${found}${asked}.`;
}

/** Wakes its one sleeper when it rings, or at once when it rang since the last reset. */
class Bell {
  #rang = false;
  #wake: (() => void) | undefined;

  reset(): void {
    this.#rang = false;
  }

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = after(this.#rang ? 0 : ms, () => {
        this.#wake = undefined;
        resolve();
      });
      this.#wake = () => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
