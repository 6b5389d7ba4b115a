/**
 * The beforeAll hooks that have failed: the error of such a hook is the error of each test in its block. Jest's realm.
 */
import { epochNow } from '../../time/clock';
import type { Block, Test } from '../block-events';

/** What a failing test shows besides its error. */
interface FailureSpan {
  /** From when on its servers are looked at, in epoch milliseconds. */
  readonly since: number;
  /** What was waited for when it failed: a sentence each. */
  readonly waits: readonly string[];
}

export class FailedHooks {
  readonly #failed = new WeakMap<Block, FailureSpan>();
  #since = 0;

  /** The block begins, perhaps to be tried again. */
  begins(block: Block): void {
    this.#failed.delete(block);
  }

  /** A hook begins; one at a time does. */
  started(): void {
    this.#since = epochNow();
  }

  /** The hook that began last has failed for all tests of `block`; `waitsSince` tells what was waited for. */
  failed(block: Block, waitsSince: (since: number) => readonly string[]): void {
    if (!this.#failed.has(block)) this.#failed.set(block, { since: this.#since, waits: waitsSince(this.#since) });
  }

  /** Undefined where no such hook concerns the test. */
  of(test: Test): FailureSpan | undefined {
    for (let block: Block | undefined = test.parent; block !== undefined; block = block.parent) {
      const span = this.#failed.get(block);
      if (span !== undefined) return span;
    }
    return undefined;
  }
}
