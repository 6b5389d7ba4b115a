/**
 * Stays awake for a moment behind an answer, where the test side calls again and again. Server side.
 *
 * The next call of such a burst is there before a core that went to sleep would be awake again. It costs the server's own work little: some
 * microseconds a call, a few calls a turn of the event loop, and nothing where calls come singly.
 */
import { receiveMessageOnPort } from 'node:worker_threads';
import { WAKE_HOST, type Channels } from '../../protocol/channels';
import { now } from '../../time/clock';
import { watchAwhile } from '../../time/patience';

/** Calls closer than this to the answer before, in milliseconds, are a burst. */
const BURST = 0.2;
/** Calls that are taken in one turn of the event loop. */
const MOST = 8;

export class Attention {
  readonly #channels: Channels;
  readonly #receive: (message: unknown) => void;
  #answeredAt = -Infinity;
  #isBurst = false;
  #left = MOST;

  /** `receive` takes the commands that come meanwhile. */
  constructor(channels: Channels, receive: (message: unknown) => void) {
    this.#channels = channels;
    this.#receive = receive;
  }

  /** The event loop has turned. */
  turned(): void {
    this.#left = MOST;
  }

  /** A call has come. */
  called(): void {
    this.#isBurst = now() - this.#answeredAt < BURST;
  }

  /** Its answer is on its way. */
  answered(): void {
    this.#answeredAt = now();
    if (!this.#isBurst || this.#left === 0) return;
    this.#left -= 1;
    const { control, wake } = this.#channels;
    const seen = Atomics.load(wake, WAKE_HOST);
    // What came before that is found at once; to look into the port over and over would keep the other side from posting.
    let received = receiveMessageOnPort(control);
    if (received === undefined && watchAwhile(() => Atomics.load(wake, WAKE_HOST) !== seen)) received = receiveMessageOnPort(control);
    if (received !== undefined) this.#receive(received.message);
  }
}
