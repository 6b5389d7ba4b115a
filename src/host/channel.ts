/**
 * The host's end of the channels: every post wakes a test side that blocks its thread. Server side.
 */
import type { Transferable } from 'node:worker_threads';
import { WAKE_TEST_SIDE, type Channels } from '../protocol/channels';
import type { FromHost } from '../protocol/messages';

export type Post = (message: FromHost, transfer?: readonly Transferable[]) => void;

/** A function that posts on the control channel. */
export function poster({ control, wake }: Channels): Post {
  return (message, transfer = []) => {
    control.postMessage(message, transfer);
    wakeTestSide(wake);
  };
}

function wakeTestSide(wake: Int32Array): void {
  Atomics.add(wake, WAKE_TEST_SIDE, 1);
  Atomics.notify(wake, WAKE_TEST_SIDE);
}
