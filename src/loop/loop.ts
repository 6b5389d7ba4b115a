/**
 * Event loops for servers: one interface, whichever kind of background runs them. Test side.
 */
import type { ResourceLimits } from 'node:worker_threads';
import type { BootCommand, HostCoverage } from '../protocol/messages';
import { brand } from '../errors/brand';
import { InvalidOptionError } from '../errors/errors';
import type { HostHandle, LoaderConnection } from './handle';
import { Link } from './link';

/** What a controller asks of a loop; meant for this package's own code. */
export const ATTACH = Symbol.for('jest-controller.loop.attach');

/** What `useLoop` asks of a loop; likewise. */
export const KEEP = Symbol.for('jest-controller.loop.keep');

/** What a loop is to be when a controller goes on it. */
export interface LoopSettings {
  readonly boot: BootCommand;
  /** Absolute paths or names of the modules that were loaded on the test side first. */
  readonly preload: readonly string[];
  /** Which of these the user chose, and so must not differ from a running loop's. */
  readonly chosen: { readonly env: boolean; readonly preload: boolean };
  /** Gives a thread, of those that are booted already where there is one without limits. */
  readonly openThread: ((resourceLimits?: ResourceLimits) => HostHandle) | undefined;
  readonly connectLoader: ((handle: HostHandle) => LoaderConnection) | undefined;
  readonly onCoverage: ((coverage: HostCoverage) => void) | undefined;
}

/**
 * An event loop in the background that servers run on. It starts with its first controller and ends with its last one; started again, it
 * is a fresh one. Make a `ThreadLoop` or a `ProcessLoop` and give it to several controllers by their option `loop`.
 * @category Loops
 */
export abstract class Loop {
  /** What runs it. */
  abstract readonly kind: 'thread' | 'process';
  #link: Link | undefined;
  #settings: LoopSettings | undefined;
  #keepers = 0;

  /** Whether its thread or process is there. */
  get running(): boolean {
    return this.#link?.alive === true;
  }

  /** The number of its thread or process; null when it is not running. */
  get number(): number | null {
    // A process has none before it is made, which its relay does in the background.
    const number = this.#link?.alive === true ? this.#link.handle.number : 0;
    return number === 0 ? null : number;
  }

  /** Makes the thread or process. */
  protected abstract open(settings: LoopSettings): HostHandle;

  /** The link to the running host, or to a new one. @internal */
  [ATTACH](settings: LoopSettings): Link {
    if (this.#link?.alive === true && this.#settings !== undefined) {
      refuseDifference(this.#settings, settings);
      return this.#link;
    }
    const handle = this.open(settings);
    const link = new Link(handle, {
      loader: settings.connectLoader?.(handle),
      onCoverage: settings.onCoverage,
      kept: () => this.#keepers > 0,
    });
    link.post({ ...settings.boot, found: handle.newlyFound?.() });
    this.#link = link;
    this.#settings = settings;
    return link;
  }

  /**
   * Lets it live on without controllers, once it has had one; a loop that dies is a fresh one for the next controller all the same.
   * @returns what takes that back, once, and resolves when it has ended, or is left to the controllers on it
   * @internal
   */
  [KEEP](): () => Promise<void> {
    this.#keepers += 1;
    return () => {
      this.#keepers -= 1;
      const link = this.#link;
      return new Promise((resolve) => {
        if (link?.alive === true) link.endUnlessNeeded(resolve);
        else resolve();
      });
    };
  }
}

brand(Loop, 'Loop');

/** @throws {InvalidOptionError} where what was chosen is not what the loop runs with */
export function refuseDifference(running: LoopSettings, asked: LoopSettings): void {
  const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  const remedy = 'Give the controllers of one loop the same values, or a loop each.';
  if (asked.chosen.env && differs(sorted(running.boot.env), sorted(asked.boot.env))) {
    throw new InvalidOptionError(
      'env',
      `Expected \`env\` to be what the supplied loop already runs with, got different variables. ${remedy}`,
    );
  }
  if (asked.chosen.preload && differs(running.preload, asked.preload)) {
    throw new InvalidOptionError(
      'preload',
      `Expected \`preload\` to be what the supplied loop was started with (${JSON.stringify(running.preload)}), got ${JSON.stringify(asked.preload)}. ${remedy}`,
    );
  }
  const mocks = Object.keys(asked.boot.mocks).filter((target) => running.boot.mocks[target] !== asked.boot.mocks[target]);
  if (mocks.length > 0) {
    throw new InvalidOptionError(
      'mocks',
      `Expected \`mocks\` to be what the supplied loop was started with, got other replacements for ${mocks.join(', ')}. ${remedy}`,
    );
  }
}

function sorted(env: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}
