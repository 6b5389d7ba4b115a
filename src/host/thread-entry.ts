/**
 * The script of a worker thread: joins the host to the channels that the test side made. Server side.
 */
import { threadId, workerData } from 'node:worker_threads';
import type { Channels } from '../protocol/channels';
import { runHost } from './host';

runHost(workerData as Channels, { kind: 'thread', number: threadId });
