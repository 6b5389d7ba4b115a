/**
 * The host of a worker thread: what `thread-entry` runs, joined into one file by the build. Server side.
 */
import { threadId } from 'node:worker_threads';
import type { Channels } from '../protocol/channels';
import { runHost } from './host';

/** Runs the host on this thread; `onStarted` is called when its first server listens. */
export function runThread(channels: Channels, onStarted: () => void): void {
  runHost(channels, { kind: 'thread', number: threadId }, onStarted);
}
