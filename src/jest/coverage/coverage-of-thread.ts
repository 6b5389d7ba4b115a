/**
 * Gets the coverage out of a thread that does not listen any more, before it is terminated, or of one that goes on. Jest's outer realm, and
 * the holder's process.
 *
 * A server in an endless loop reads no message, but V8 interrupts it for an inspector. One that sits in a blocking call of the
 * system (`execSync`) cannot be asked; its coverage is lost with it.
 */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HostHandle } from '../../loop/handle';
import type { HostCoverage } from '../../protocol/messages';
import type { CoverageAnswer, CoverageQuestion, NumberedQuestion } from './coverage-asker';

/** Milliseconds after which a thread counts as deaf. One that can answer does within a few, but on a machine that does much else at once. */
const PATIENCE = 1000;

export interface LastCoverageHooks {
  take(coverage: HostCoverage): void;
  /** The thread is being asked and terminated. */
  ending(end: Promise<void>): void;
}

/** The same thread, which gives its coverage before it is terminated, unless it has sent it already. */
export function withLastCoverage(thread: HostHandle, hooks: LastCoverageHooks): HostHandle {
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const coverage = await coverageOfThread({ thread: thread.number, which: 'last', patience: PATIENCE });
    if (coverage !== undefined) hooks.take(coverage);
    await thread.terminate();
  };
  const terminate = (): Promise<void> => {
    if (ending === undefined) hooks.ending((ending = end()));
    return ending;
  };
  return Object.assign(Object.create(thread) as HostHandle, { terminate });
}

/** What the thread has covered; undefined if it collects nothing or cannot be asked. Never rejects. */
export async function coverageOfThread(question: CoverageQuestion): Promise<HostCoverage | undefined> {
  asker ??= new Asker();
  const coverage = await asker.ask(question);
  return coverage === undefined ? undefined : (JSON.parse(coverage) as HostCoverage);
}

type Resolve = (coverage: string | undefined) => void;

/** The thread that asks. It stays for the process's life: Node can abort where a thread ends while its session with another is closed. */
class Asker {
  readonly #thread = new Worker(path.join(__dirname, 'coverage-asker.js'), {
    // Nothing of the user's runs in it.
    execArgv: [],
    env: {},
  });
  readonly #open = new Map<number, Resolve>();
  #asked = 0;

  constructor() {
    this.#thread.on('message', ({ id, coverage }: CoverageAnswer) => {
      this.#open.get(id)?.(coverage);
      this.#open.delete(id);
      if (this.#open.size === 0) this.#thread.unref();
    });
    // Somebody's Node without inspector.
    this.#thread.on('error', () => undefined);
    this.#thread.on('exit', () => {
      if (asker === this) asker = undefined;
      for (const resolve of this.#open.values()) resolve(undefined);
    });
  }

  ask(question: CoverageQuestion): Promise<string | undefined> {
    return new Promise((resolve) => {
      const id = (this.#asked += 1);
      this.#open.set(id, resolve);
      this.#thread.ref();
      this.#thread.postMessage({ id, ...question } satisfies NumberedQuestion);
    });
  }
}

let asker: Asker | undefined;
