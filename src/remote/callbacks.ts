/**
 * Runs the functions that the test handed over when the server calls them, and answers. Test side.
 */
import { RemoteError } from '../errors/errors';
import { reword } from '../errors/reword';
import { encodeError } from '../protocol/errors';
import { asCall, behind, nameOf } from '../protocol/function-name';
import type { FromHost, Outcome } from '../protocol/messages';
import { decode, encode, UnclonableError, type UnknownFunction } from '../protocol/values';
import { epochNow } from '../time/clock';
import { KeptFunctions } from './kept-functions';
import type { Wait } from './wait-for';

type Callback = Extract<FromHost, { type: 'callback' }>;

export interface CallbacksOptions {
  /** The controller's name, for messages. */
  readonly name: string;
  /** Posts it, unless the controller has ended; throws where it cannot cross. */
  answer(callback: number, outcome: Outcome): void;
}

export class Callbacks {
  readonly kept = new KeptFunctions();
  readonly #options: CallbacksOptions;
  readonly #unsettled = new Set<Wait>();

  constructor(options: CallbacksOptions) {
    this.#options = options;
  }

  /** Those that the server waits for: what they promised has not settled. */
  get waits(): readonly Wait[] {
    return [...this.#unsettled];
  }

  /** Runs it. One that returns no promise is answered at once, even while this thread blocks in a call. */
  run({ callback, function: number, args }: Callback): void {
    const kept = this.kept.get(number);
    try {
      if (kept === undefined)
        throw new RemoteError('The function that was called belongs to a controller that was stopped. Hand it over again after start().');
      const result = kept(...(decode(args) as unknown[]));
      if (isThenable(result)) this.#answerLater(callback, result, kept);
      else this.#answer(callback, result, kept);
    } catch (error) {
      this.#answerError(callback, error);
    }
  }

  /** All is over: nobody waits for what is under way. */
  clear(): void {
    this.kept.clear();
    this.#unsettled.clear();
  }

  #answerLater(callback: number, result: PromiseLike<unknown>, kept: UnknownFunction): void {
    const told = (): string =>
      `${this.#options.name} waits for a function of the test's${behind(', ', nameOf(kept))}, whose promise has not settled.`;
    const wait = { since: epochNow(), told };
    this.#unsettled.add(wait);
    Promise.resolve(result)
      .finally(() => this.#unsettled.delete(wait))
      .then(
        (value) => {
          this.#answer(callback, value, kept);
        },
        (error: unknown) => {
          this.#answerError(callback, error);
        },
      );
  }

  #answer(callback: number, result: unknown, kept: UnknownFunction): void {
    try {
      this.#options.answer(callback, { ok: true, value: encode(result, undefined, asCall(nameOf(kept)) || 'Its result') });
    } catch (error) {
      // The server's code may have been given several functions, and has no line of the test to tell which of them it was.
      if (error instanceof UnclonableError)
        reword(error, `The result of the test's function${behind(' ', nameOf(kept))} did not arrive. ${error.message}`);
      this.#answerError(callback, error);
    }
  }

  #answerError(callback: number, error: unknown): void {
    this.#options.answer(callback, { ok: false, error: encodeError(error) });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
