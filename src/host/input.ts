/**
 * Ends the standard input of a thread, which nobody writes to. Server side.
 *
 * Node does that while a thread boots, and makes three streams for it, a third of a millisecond before anything of the user's runs; here they
 * are made when the first server is up, or waits for something.
 */
import { inBackground } from '../time/clock';

let isEnded = false;

/** Ends it now, unless it has been. */
export function endInput(): void {
  if (isEnded) return;
  isEnded = true;
  process.stdin.push(null);
}

/** Ends it as soon as the event loop turns: whoever reads it to its end before there is a server must not wait. */
export function endInputSoon(): void {
  inBackground(0, endInput);
}
