/**
 * What the servers of a test file wrote to stderr while none of its tests ran: in their start, or in a hook of a block. A start may go on
 * from an error that is behind the failure of a test. Jest's realm.
 */
import type { LogLine } from '../../controller/report/log-book';
import { epochNow } from '../../time/clock';
import type { Test, TestEvent } from '../block-events';
import { ToldOnce } from './told-once';

/** When a test ran, in epoch milliseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export class OutsideTests {
  /** Of a server that test files share, lines that are older are none of this one's. */
  readonly #since = epochNow();
  /** In their order, and apart: those that ran side by side are one. */
  readonly #tests: Span[] = [];
  readonly #shown = new WeakSet<LogLine>();
  readonly #taken = new ToldOnce<LogLine>();

  /** A test that began at `from` is done. */
  testDone(from: number): void {
    const beside = this.#tests.findIndex(({ to }) => to >= from);
    const merged = beside < 0 ? [] : this.#tests.splice(beside);
    this.#tests.push({ from: Math.min(from, ...merged.map((span) => span.from)), to: epochNow() });
  }

  /**
   * A test shows these, or none is to: one that has failed also shows what came after its end, until it was asked for, and one whose server did
   * not start what that server wrote until then.
   */
  shown(lines: Iterable<LogLine>): void {
    for (const line of lines) this.#shown.add(line);
  }

  /** Jest tries a test again, or a block of them. */
  triesAgain(event: TestEvent): void {
    for (const line of this.#taken.lostBy(event)) this.#shown.delete(line);
  }

  /** Those of `lines` that were written before `before`, each of them for one test; `lines` are in the order of their time. */
  take(lines: readonly LogLine[], { test, before }: { test: Test; before: number }): LogLine[] {
    let next = 0;
    const taken = lines.filter((line) => {
      const { time, stream } = line;
      while ((this.#tests[next]?.to ?? Infinity) < time) next += 1;
      const outside = time < (this.#tests[next]?.from ?? Infinity) && time >= this.#since && time < before;
      if (stream !== 'stderr' || !outside || this.#shown.has(line)) return false;
      this.#shown.add(line);
      return true;
    });
    this.#taken.add(test, taken);
    return taken;
  }
}
