/**
 * The other loop: a child process. Test side.
 */
import { brand } from '../errors/brand';
import { readRecord, unexpected } from '../errors/unexpected';
import type { HostHandle } from './handle';
import { Loop, type LoopSettings } from './loop';
import { openProcess } from './process';

/**
 * How a process is made.
 * @category Loops
 */
export interface ProcessLoopOptions {
  /**
   * Node's flags for it.
   * @default those of this process, without the debugger's, `--eval` and `--watch`
   */
  readonly execArgv?: readonly string[] | undefined;
  /**
   * Its working directory.
   * @default this process's own
   */
  readonly cwd?: string | undefined;
}

/**
 * An event loop in a child process: for native addons that no thread can load, `process.chdir()`, signals and real exit handlers. It takes
 * about 100 ms to start. It is a daemon, and dies with this process even when that is killed.
 * @category Loops
 * @example
 * const api = new ApiController('127.0.0.1', 0, { loop: new ProcessLoop() });
 */
export class ProcessLoop extends Loop {
  /** What runs it. */
  readonly kind = 'process';
  readonly #options: ProcessLoopOptions;

  /**
   * Makes a loop that does not run yet.
   * @throws {@link InvalidOptionError} for an unknown option or a wrong type
   */
  constructor(options: ProcessLoopOptions = {}) {
    super();
    const { execArgv, cwd } = readRecord(options, ['execArgv', 'cwd']);
    if (execArgv !== undefined && !isStrings(execArgv)) throw unexpected('execArgv', 'an array of strings', execArgv);
    if (cwd !== undefined && typeof cwd !== 'string') throw unexpected('cwd', 'a string', cwd);
    this.#options = options;
  }

  /** The process's number; null when it is not running. */
  get pid(): number | null {
    return this.number;
  }

  protected open({ boot }: LoopSettings): HostHandle {
    const { execArgv, cwd } = this.#options;
    return openProcess({ env: boot.env, execArgv: execArgv ?? inheritedFlags(process.execArgv), cwd: cwd ?? process.cwd() });
  }
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

brand(ProcessLoop, 'ProcessLoop', ['Loop']);

/** Flags that belong to this process alone: each debugger needs a port of its own, and code to evaluate is no server. */
const OWN_FLAG = /^--(inspect|debug|watch|test|eval|print|check|interactive|input-type)|^-(e|p|pe|c|i)$/;

/** What a child takes over. */
export function inheritedFlags(execArgv: readonly string[]): string[] {
  let isOwn = false;
  return execArgv.filter((word) => {
    // The value of the flag before it, whichever that is: Node takes no value that begins with a dash, and lists nothing else here.
    if (word.startsWith('-')) isOwn = OWN_FLAG.test(word);
    return !isOwn;
  });
}
