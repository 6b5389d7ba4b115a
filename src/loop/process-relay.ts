/**
 * The script of the relay thread: owns one child process and carries the channels over the pipe to it. Test side.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { reword } from '../errors/reword';
import { LOADER_IDLE, LOADER_STATE, ring, WAKE_TEST_SIDE } from '../protocol/channels';
import { removeSocketFiles } from '../protocol/end-remains';
import { encodeError } from '../protocol/errors';
import { LineSplitter } from '../protocol/lines';
import type { FromHost } from '../protocol/messages';
import { CONTROL_CHANNEL, LOADER_CHANNEL, Multiplexer, STATE_CHANNEL } from '../protocol/multiplexer';
import { Remains } from '../protocol/remains';
import { after, epochNow } from '../time/clock';
import type { ProcessOptions } from './process';
import type { LastReport, RelayEnds } from './relay';

type RelayData = ProcessOptions & RelayEnds;

/** The child's script, and the number of its pipe. */
const ENTRY = path.join(__dirname, '..', 'host', 'process-entry.js');
const PIPE = 3;
/** Milliseconds that the pipes of a dead child get to end: a grandchild may hold them. */
const LAST_WORDS = 100;
/** How often the loader's state is looked at while the host waits for an answer, in milliseconds; well below its patience. */
const STATE_INTERVAL = 40;

class Relay {
  readonly #data: RelayData;
  readonly #child: ChildProcess;
  readonly #channels: Multiplexer;
  readonly #remains = new Remains();
  #questions = 0;
  #knownState = LOADER_IDLE;
  #cancelLook: (() => void) | undefined;
  #saidHeapIsFull = false;
  #over = false;

  constructor(data: RelayData) {
    this.#data = data;
    const { env, execArgv, cwd } = data;
    this.#child = spawn(process.execPath, [...execArgv, ENTRY], {
      env: { ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    Atomics.store(data.pid, 0, this.#child.pid ?? 0);
    const pipe = this.#child.stdio[PIPE] as Socket;
    this.#channels = new Multiplexer({
      write: (frame) => pipe.write(frame),
      delivered: (channel, message) => {
        this.#delivered(channel, message);
      },
      sent: (channel) => {
        if (channel >= LOADER_CHANNEL && channel !== STATE_CHANNEL) this.#questions -= 1;
      },
      back: (message) => {
        this.#tell(message as FromHost);
      },
    });
    // A child that dies while it is written to; its exit says so.
    pipe.on('error', () => undefined);
    pipe.on('data', (piece: Buffer) => {
      this.#channels.receive(piece);
    });
    this.#forward('stdout', this.#child.stdout);
    this.#forward('stderr', this.#child.stderr);
    this.#channels.join(CONTROL_CHANNEL, data.control);
    this.#channels.join(LOADER_CHANNEL, data.loader);
    this.#watchEnd();
    parentPort?.on('message', () => {
      this.#child.kill('SIGKILL');
    });
  }

  #watchEnd(): void {
    const child = this.#child;
    let how: { readonly code: number | null; readonly signal: string | null } = { code: null, signal: null };
    child.once('exit', (code, signal) => {
      how = { code, signal };
      after(LAST_WORDS, () => {
        this.#end(how);
      });
    });
    child.once('close', () => {
      this.#end(how);
    });
    child.once('error', (error) => {
      // Only a process that was not made has no number; otherwise it is about a signal that did not arrive.
      if (child.pid !== undefined) return;
      blameFolder(error, this.#data.cwd);
      this.#end({ ...how, error: encodeError(error) });
    });
  }

  #end(report: LastReport): void {
    if (this.#over) return;
    this.#over = true;
    removeSocketFiles(this.#remains.paths);
    const final = this.#saidHeapIsFull && report.signal !== null ? { ...report, error: encodeError(outOfMemory()) } : report;
    parentPort?.postMessage(final satisfies LastReport);
    ring(this.#data.wake, WAKE_TEST_SIDE);
    process.exit(0);
  }

  #delivered(channel: number, message: unknown): void {
    if (channel === CONTROL_CHANNEL) this.#remains.hear(message as FromHost);
    else if ((message as { type?: unknown }).type !== 'connect') this.#asked();
    ring(this.#data.wake, WAKE_TEST_SIDE);
  }

  #asked(): void {
    this.#questions += 1;
    if (this.#cancelLook === undefined) this.#look();
  }

  /** Mirrors the state of the foreground's loader while the host waits for it. */
  #look(): void {
    const state = this.#questions > 0 ? Atomics.load(this.#data.wake, LOADER_STATE) : LOADER_IDLE;
    if (state !== this.#knownState) this.#channels.send(STATE_CHANNEL, state);
    this.#knownState = state;
    this.#cancelLook =
      this.#questions > 0
        ? after(STATE_INTERVAL, () => {
            this.#look();
          })
        : undefined;
  }

  /** What is written past the host's own streams: by native code, and by Node itself when it gives up. */
  #forward(stream: 'stdout' | 'stderr', output: Readable | null): void {
    const lines = new LineSplitter((text) => {
      if (text.includes('JavaScript heap out of memory')) this.#saidHeapIsFull = true;
      this.#tell({ type: 'logged', line: { stream, time: epochNow(), text } });
    });
    output?.on('data', (chunk: Buffer) => {
      lines.push(chunk);
    });
    output?.on('end', () => {
      lines.end();
    });
  }

  #tell(message: FromHost): void {
    this.#data.control.postMessage(message);
    ring(this.#data.wake, WAKE_TEST_SIDE);
  }
}

/** Node says only that its own executable was not found, also where it is the folder that is not there. */
function blameFolder(error: Error, cwd: string): void {
  if (!existsSync(cwd)) reword(error, `${error.message}: ${cwd}, where it was to start, is not there. Correct \`cwd\`.`);
}

/** As Node says it of a thread. */
function outOfMemory(): Error {
  const message = 'JavaScript heap out of memory';
  return Object.assign(new Error(message), { code: 'ERR_WORKER_OUT_OF_MEMORY', stack: `Error: ${message}` });
}

new Relay(workerData as RelayData);
