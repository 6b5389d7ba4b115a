/**
 * Makes what joins a host to the test side. Test side.
 */
import { MessageChannel } from 'node:worker_threads';
import { WAKE_WORDS, type Channels } from '../protocol/channels';

/** The test side's ends and the host's. */
export interface JoinedChannels {
  readonly near: Channels;
  /** Its ports are to be transferred. */
  readonly far: Channels;
}

export function joinedChannels(): JoinedChannels {
  const control = new MessageChannel();
  const loader = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(WAKE_WORDS * Int32Array.BYTES_PER_ELEMENT));
  return {
    near: { control: control.port1, loader: loader.port1, wake },
    far: { control: control.port2, loader: loader.port2, wake },
  };
}
