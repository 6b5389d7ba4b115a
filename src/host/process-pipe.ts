/**
 * The script of a child process's helper thread: carries the host's channels over the pipe, and ends the process when the pipe ends.
 * Server side.
 */
import { Socket } from 'node:net';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { LOADER_STATE, ring, WAKE_LOADER } from '../protocol/channels';
import { endOrphans, removeSocketFiles } from '../protocol/end-remains';
import type { FromHost } from '../protocol/messages';
import { CONTROL_CHANNEL, LOADER_CHANNEL, Multiplexer, STATE_CHANNEL } from '../protocol/multiplexer';
import { Remains } from '../protocol/remains';

export interface PipeData {
  readonly control: MessagePort;
  readonly loader: MessagePort;
  readonly wake: Int32Array;
  /** Becomes 1 when all that the host has said is in the pipe. */
  readonly written: Int32Array;
}

const PIPE = 3;

const { control, loader, wake, written } = workerData as PipeData;
const remains = new Remains();
const pipe = new Socket({ fd: PIPE, readable: true, writable: true });

const channels = new Multiplexer({
  write: (frame) => pipe.write(frame),
  delivered(channel, message) {
    if (channel === STATE_CHANNEL) Atomics.store(wake, LOADER_STATE, Number(message));
    if (channel === CONTROL_CHANNEL) return;
    ring(wake, WAKE_LOADER);
  },
  sent: () => undefined,
  back(message) {
    control.postMessage(message);
  },
});
channels.join(CONTROL_CHANNEL, control);
channels.join(LOADER_CHANNEL, loader);
// For the files and children that a killed process leaves.
control.on('message', (message: FromHost) => {
  remains.hear(message);
});

pipe.on('data', (piece: Buffer) => {
  channels.receive(piece);
});
// The test side is gone. There is nobody to tell, and the host's own thread may be in an endless loop.
pipe.on('error', endProcess);
pipe.on('close', endProcess);
pipe.on('end', endProcess);

parentPort?.on('message', () => {
  channels.drain();
  pipe.write('', () => {
    Atomics.store(written, 0, 1);
    Atomics.notify(written, 0);
  });
});

function endProcess(): void {
  removeSocketFiles(remains.paths);
  endOrphans(remains.children);
  process.kill(process.pid, 'SIGKILL');
}
