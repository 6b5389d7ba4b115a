/**
 * Ends the standard input of a thread, which nobody writes to. Server side.
 *
 * Node does that while a thread boots, and makes three streams for it, a third of a millisecond before anything of the user's runs; here they
 * are made when a start waits for something, or when the server is up and who waits for it has heard so.
 */
import { inBackground } from '../time/clock';

/**
 * Milliseconds for which a thread rests once its server is up. What is done at once would keep the test's thread from the core on which the two
 * of them meet. (Figures: docs/performance.md.)
 */
const REST = 5;

let isEnded = false;
let isUp = false;

/** Ends it as soon as the event loop turns: whoever reads it to its end before there is a server must not wait. */
export function endInputSoon(): void {
  inBackground(0, () => {
    if (isUp) inBackground(REST, endInput);
    else endInput();
  });
}

/** To be said when a server is up. */
export function restWithInput(): void {
  isUp = true;
}

function endInput(): void {
  if (isEnded) return;
  isEnded = true;
  process.stdin.push(null);
}
