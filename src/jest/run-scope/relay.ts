/**
 * The script of a relay thread: finds the process that holds the run's server, or starts it, and carries the control channel over the
 * socket to it. Test side.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { LastReport, RelayEnds } from '../../loop/relay';
import { ring, WAKE_TEST_SIDE } from '../../protocol/channels';
import { encodeError } from '../../protocol/errors';
import { encodeFrame } from '../../protocol/frames';
import type { FromHost } from '../../protocol/messages';
import { CONTROL_CHANNEL, Multiplexer } from '../../protocol/multiplexer';
import { after } from '../../time/clock';
import { GREETING_CHANNEL, type Greeting, type GreetingAnswer, type HolderTask } from './greeting';
import { openFolder } from './meeting-place';
import { holderFailed, holderGone } from './relay-errors';

export interface HolderOptions {
  readonly task: HolderTask;
  readonly greeting: Greeting;
  readonly env: Readonly<Record<string, string>>;
  readonly execArgv: readonly string[];
}

const HOLDER = path.join(__dirname, 'holder-entry.js');
/** Milliseconds between two looks for a socket that is about to be there. */
const INTERVAL = 15;
/** Looks at a socket that nobody answers on, before its process counts as gone. */
const REFUSALS = 10;

const { control, wake, pid, task, greeting, env, execArgv } = workerData as HolderOptions & RelayEnds;
let refusals = 0;
let holder: ChildProcess | undefined;
let complaint = '';
let farewell: LastReport | undefined;
let isServed = false;

if (task.place.folder !== null) openFolder(task.place.folder);
// The port stays closed until somebody is there to hear it; meanwhile the thread lives by its socket and timers.
look();

function look(): void {
  const socket = connect(task.place.socket);
  socket.once('error', missed);
  socket.once('connect', () => {
    socket.removeListener('error', missed);
    isServed = true;
    holder?.stderr?.destroy();
    converse(socket);
  });
}

function missed(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNREFUSED' && ++refusals > REFUSALS) {
    // Its process was killed. The next to come finds nothing, and starts afresh.
    rmSync(task.place.socket, { force: true });
    end({ code: null, error: encodeError(holderGone(greeting.name)) });
    return;
  }
  if (error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT') {
    end({ code: null, error: encodeError(error) });
    return;
  }
  if (error.code === 'ENOENT' && holder === undefined) holder = startHolder();
  after(INTERVAL, look);
}

/** Several may do so at once: the one that gets the socket stays. */
function startHolder(): ChildProcess {
  const started = spawn(process.execPath, [...execArgv, HOLDER, JSON.stringify(task)], {
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
  started.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  started.once('error', (error) => {
    end({ code: null, error: encodeError(error) });
  });
  started.once('exit', (code) => {
    // Another one was first. Should it end before it is reached, this relay starts one anew.
    if (code === 0) holder = undefined;
    // Of one that served, its socket tells.
    else if (!isServed) end({ code, error: encodeError(holderFailed(greeting.name, code, complaint)) });
  });
  started.unref();
  return started;
}

function converse(socket: Socket): void {
  const channels = new Multiplexer({
    write: (frame) => socket.write(frame),
    delivered(channel, message) {
      if (channel === GREETING_CHANNEL) Atomics.store(pid, 0, (message as GreetingAnswer).pid);
      else if ((message as FromHost).type === 'ended') farewell = { code: (message as Extract<FromHost, { type: 'ended' }>).code };
      ring(wake, WAKE_TEST_SIDE);
    },
    sent: () => undefined,
    back(message) {
      control.postMessage(message);
      ring(wake, WAKE_TEST_SIDE);
    },
  });
  socket.write(encodeFrame({ channel: GREETING_CHANNEL, message: greeting }));
  socket.on('data', (piece: Buffer) => {
    channels.receive(piece);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    end(farewell ?? { code: null, error: encodeError(holderGone(greeting.name)) });
  });
  channels.join(CONTROL_CHANNEL, control);
}

function end(report: LastReport): void {
  parentPort?.postMessage(report);
  ring(wake, WAKE_TEST_SIDE);
  process.exit(0);
}
