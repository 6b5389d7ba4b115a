/**
 * What a test waits for on the server side: until something holds, until a line is printed, until no request is in flight. Test side.
 */
import { StoppedError } from '../../errors/errors';
import { listLines } from '../../protocol/noted';
import { captureCallSite } from '../../remote/call-site';
import { pollUntil, type Endable, type Truthy } from '../../remote/wait-for';
import { formatMs, now } from '../../time/clock';
import { lastOutput } from '../report/last-output';
import type { LogBook, LogLine } from '../report/log-book';
import { withPlace } from '../source/place';
import type { Questions } from './questions';
import { readPattern, readTimeout, type WaitForOptions } from '../options/wait-options';

/** What the waits know of their controller. */
interface WaitsOf {
  readonly name: string;
  readonly logBook: LogBook;
  readonly questions: Questions;
  /** An error for a wait that its crash has ended; undefined where it has not crashed, or was started again. */
  readonly crash: () => Error | undefined;
}

export class Waits {
  readonly #of: WaitsOf;
  readonly #watchers = new Set<() => void>();
  readonly #open = new Set<Endable>();

  constructor(of: WaitsOf) {
    this.#of = of;
  }

  /** Those that have not come to an end. */
  get open(): readonly Endable[] {
    return [...this.#open];
  }

  /** Something has come from the server side: each looks once more. */
  notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Ends those of `until` and `untilLogged`: whoever waits is gone. */
  end(): void {
    for (const wait of this.open) wait.end();
  }

  async until<Value>(check: () => Value | Promise<Value>, options?: WaitForOptions): Promise<Truthy<Value>> {
    const timeout = readTimeout(options);
    const site = captureCallSite();
    try {
      return await pollUntil(check, { timeout, ...this.#polling });
    } catch (error) {
      throw withPlace(error, site);
    }
  }

  async untilLogged(pattern: RegExp | string, options?: WaitForOptions): Promise<LogLine> {
    const timeout = readTimeout(options);
    const { matches, described } = readPattern(pattern);
    const site = captureCallSite();
    const { name, logBook, questions, crash } = this.#of;
    const search = logBook.search(matches);
    let asked: Promise<void> | undefined;
    const find = (): LogLine | undefined => {
      if (search.found !== undefined) return search.found;
      // A server that was only stopped may be restarted meanwhile.
      const died = crash();
      if (died !== undefined) throw died;
      // It may be a prompt: a line whose end is to come comes over when it is asked for. A server that is busy answers later.
      asked ??= questions.flush().then(() => (asked = undefined));
      return undefined;
    };
    try {
      return await pollUntil(find, {
        timeout,
        ...this.#polling,
        missed: (elapsed) => `${name} printed no line that ${described} in ${formatMs(elapsed)}.`,
        below: () => (logBook.lines.length > 0 ? `\n\n${lastOutput(name, logBook.lines)}` : ' It printed nothing.'),
      });
    } catch (error) {
      throw withPlace(error, site);
    } finally {
      search.end();
    }
  }

  async untilIdle(options?: WaitForOptions): Promise<void> {
    const timeout = readTimeout(options);
    const since = now();
    const { name, questions } = this.#of;
    const inFlight = await questions.inFlight(timeout);
    if (inFlight?.length === 0) return;
    const elapsed = `${Math.round(now() - since).toString()} ms`;
    if (inFlight === undefined) {
      throw new StoppedError(
        `${name} did not say within ${elapsed} whether it is idle, as when its event loop is blocked: look for an endless loop or a long computation.`,
      );
    }
    throw new StoppedError(
      `${name} was not idle after ${elapsed}: still in flight: ${listLines(inFlight.map(({ line }) => line))}. ` +
        `Await the client's requests in the test, or give idle() a longer { timeout }.`,
    );
  }

  get #polling(): { readonly name: string; readonly waits: Set<Endable>; onEvent(listener: () => void): () => void } {
    return {
      name: this.#of.name,
      waits: this.#open,
      onEvent: (listener) => {
        this.#watchers.add(listener);
        return () => {
          this.#watchers.delete(listener);
        };
      },
    };
  }
}
