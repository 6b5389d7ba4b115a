/**
 * The functions that the test handed over, for as long as the server side holds them. Test side.
 */
import type { UnknownFunction } from '../protocol/values';

interface Kept {
  readonly function: UnknownFunction;
  /** How often it was sent, less those that the server side has received and dropped. */
  sent: number;
}

export class KeptFunctions {
  readonly #kept = new Map<number, Kept>();
  readonly #numbers = new Map<UnknownFunction, number>();
  #last = 0;

  /** Keeps a function, once more if it is kept already; gives the number under which the server side calls it. */
  keep(kept: UnknownFunction): number {
    const number = this.#numbers.get(kept) ?? ++this.#last;
    const entry = this.#kept.get(number) ?? { function: kept, sent: 0 };
    entry.sent += 1;
    this.#kept.set(number, entry);
    this.#numbers.set(kept, number);
    return number;
  }

  /** What `keep` gave the number for was not sent. */
  takeBack(number: number): void {
    this.dropped(number, 1);
  }

  get(number: number): ((...args: unknown[]) => unknown) | undefined {
    return this.#kept.get(number)?.function as ((...args: unknown[]) => unknown) | undefined;
  }

  /**
   * The server side holds it no more, and had received it `received` times by then; what comes from there may be no number. One that is on its
   * way again counts anew there.
   */
  dropped(number: number, received: unknown): void {
    const entry = this.#kept.get(number);
    if (entry === undefined || typeof received !== 'number') return;
    entry.sent -= received;
    if (entry.sent > 0) return;
    this.#kept.delete(number);
    this.#numbers.delete(entry.function);
  }

  clear(): void {
    this.#kept.clear();
    this.#numbers.clear();
  }
}
