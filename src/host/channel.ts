/**
 * The host's end of the channels: every post wakes a test side that blocks its thread. Server side.
 */
import type { Transferable } from 'node:worker_threads';
import { ring, WAKE_TEST_SIDE, type Channels } from '../protocol/channels';
import type { FromHost } from '../protocol/messages';

export type Post = (message: FromHost, transfer?: readonly Transferable[]) => void;

/** A function that posts on the control channel. */
export function poster({ control, wake }: Channels): Post {
  return (message, transfer = []) => {
    control.postMessage(message, transfer);
    ring(wake, WAKE_TEST_SIDE);
  };
}
