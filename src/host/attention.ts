/**
 * Stays awake for a moment behind an answer, where the test side calls again and again. Server side.
 *
 * The next call of such a burst is there before a core that went to sleep would be awake again. It costs the server's own work little: some
 * microseconds a call, a few calls a turn of the event loop, and nothing where calls come singly.
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { now } from '../time/clock';
import { watchAwhile } from '../time/patience';

/** Calls closer than this to the answer before, in milliseconds, are a burst. */
const BURST = 0.2;
/** Calls that are taken in one turn of the event loop. */
const MOST = 8;

export class Attention {
  readonly #port: MessagePort;
  readonly #receive: (message: unknown) => void;
  #answeredAt = -Infinity;
  #isBurst = false;
  #left = MOST;

  /** `receive` takes the messages that come on `port` meanwhile. */
  constructor(port: MessagePort, receive: (message: unknown) => void) {
    this.#port = port;
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
    let received: { message: unknown } | undefined;
    if (watchAwhile(() => (received = receiveMessageOnPort(this.#port)) !== undefined)) this.#receive(received?.message);
  }
}
