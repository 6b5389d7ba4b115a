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
import { ON_ITS_WAY } from '../../protocol/coverage-hatch';
import type { HostCoverage } from '../../protocol/messages';
import { answeredWithin } from '../../time/answered';
import type { CoverageAnswer, CoverageQuestion, NumberedQuestion } from './coverage-asker';

/**
 * Milliseconds after which a thread counts as deaf, or its own end as one that does not come. One that can answer does within a few, but on a
 * machine that does much else at once.
 */
const PATIENCE = 1000;

export interface LastCoverageHooks {
  take(coverage: HostCoverage): void;
  /** The thread is being asked and terminated. */
  ending(end: Promise<void>): void;
}

/** The same thread, which gives its coverage before it is terminated. One that is just sending it may do so, in as much time again. */
export function withLastCoverage(thread: HostHandle, hooks: LastCoverageHooks): HostHandle {
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    try {
      const coverage = await answerOf({ thread: thread.number, which: 'last', patience: PATIENCE });
      if (coverage === ON_ITS_WAY) await answeredWithin(PATIENCE, exitOf(thread));
      else if (coverage !== undefined) hooks.take(JSON.parse(coverage) as HostCoverage);
    } finally {
      await thread.terminate();
    }
  };
  const terminate = (): Promise<void> => {
    if (ending === undefined) hooks.ending((ending = end()));
    return ending;
  };
  return Object.assign(Object.create(thread) as HostHandle, { terminate });
}

function exitOf(thread: HostHandle): Promise<void> {
  return new Promise((resolve) => {
    thread.onExit(() => {
      resolve();
    });
  });
}

/** What a thread that goes on has covered; undefined if it collects nothing or cannot be asked. Never rejects. */
export async function coverageOfThread(thread: number, patience: number): Promise<HostCoverage | undefined> {
  const coverage = await answerOf({ thread, which: 'present', patience });
  return coverage === undefined ? undefined : (JSON.parse(coverage) as HostCoverage);
}

/** What its hatch gives. */
function answerOf(question: CoverageQuestion): Promise<string | undefined> {
  asker ??= new Asker();
  return asker.ask(question);
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
