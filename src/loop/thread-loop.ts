/**
 * The default loop: a worker thread. Test side.
 */
import type { ResourceLimits } from 'node:worker_threads';
import { brand } from '../errors/brand';
import { readRecord, unexpected } from '../errors/unexpected';
import type { HostHandle } from './handle';
import { Loop, type LoopSettings } from './loop';
import { openThread } from './thread';

/**
 * How a thread is made.
 * @category Loops
 */
export interface ThreadLoopOptions {
  /**
   * Memory limits of the thread, Node's `resourceLimits`, in MiB.
   * @default Node's own
   */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/**
 * An event loop in a worker thread: about 30 ms to start, 2 ms to end, and it dies with its process.
 * @category Loops
 * @example
 * const loop = new ThreadLoop();
 * const api = new ApiController('127.0.0.1', 0, { loop });
 * const mail = new MailController('127.0.0.1', 0, { loop });
 */
export class ThreadLoop extends Loop {
  /** What runs it. */
  readonly kind = 'thread';
  readonly #options: ThreadLoopOptions;

  /**
   * Makes a loop that does not run yet.
   * @throws {@link InvalidOptionError} for an unknown option or a wrong type
   */
  constructor(options: ThreadLoopOptions = {}) {
    super();
    const { resourceLimits } = readRecord(options, ['resourceLimits']);
    if (resourceLimits !== undefined && !isNumbers(resourceLimits))
      throw unexpected('resourceLimits', 'an object of numbers', resourceLimits);
    this.#options = options;
  }

  /** Node's number of the thread; null when it is not running. */
  get threadId(): number | null {
    return this.number;
  }

  protected open(settings: LoopSettings): HostHandle {
    const { resourceLimits } = this.#options;
    return (settings.openThread ?? openThread)(resourceLimits);
  }
}

function isNumbers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((limit) => typeof limit === 'number');
}

brand(ThreadLoop, 'ThreadLoop', ['Loop']);
