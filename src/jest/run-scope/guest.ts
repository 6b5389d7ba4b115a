/**
 * One test file's connection to the process that holds the run's server. Each file numbers its calls, functions and questions from 1; here
 * they get numbers that are unique on the server, and back. The holder's process.
 */
import type { Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../../protocol/frames';
import type { BootCommand, CallCommand, CloseReport, FromHost, HostCoverage, StartCommand, ToHost } from '../../protocol/messages';
import { CONTROL_CHANNEL } from '../../protocol/multiplexer';
import { refuse } from '../../protocol/refusal';
import { Kind } from '../../protocol/wire-nodes';
import { now } from '../../time/clock';
import { GREETING_CHANNEL, type Greeting } from './greeting';

/** The server's number on its host: there is one only. */
export const SHARED_ID = 1;
/** Numbers of calls, functions and questions below this are a guest's own; multiples of it are the guests. */
const OWN = 2 ** 32;

const QUIET: CloseReport = { forced: false, ms: 0, cut: [], timers: [], handles: [] };

/** What a guest asks of the server that all of them share. */
export interface ServerOfGuests {
  /** A guest wants the server: it hears `started` when it runs, or why it does not. */
  join(guest: Guest, boot: BootCommand, command: StartCommand): void;
  leave(guest: Guest): void;
  /** To the host, from a guest. */
  post(message: ToHost): void;
  /** What was covered since the last guest asked. One at a time: each part counts once. */
  takeCoverage(): Promise<HostCoverage | undefined>;
}

/** The guest that a number belongs to. */
export function guestOf(number: number): number {
  return Math.floor(number / OWN);
}

export class Guest {
  readonly index: number;
  readonly #socket: Socket;
  readonly #server: ServerOfGuests;
  #greeting: Greeting = { testPath: 'a test file', name: 'The server', preload: [] };
  #boot: BootCommand | undefined;
  #start: StartCommand | undefined;
  #spokeAt = 0;

  constructor(index: number, socket: Socket, server: ServerOfGuests) {
    this.index = index;
    this.#socket = socket;
    this.#server = server;
    const reader = new FrameReader();
    socket.on('data', (piece: Buffer) => {
      for (const { channel, message } of reader.push(piece)) {
        if (channel === GREETING_CHANNEL) this.#greeting = message as Greeting;
        else this.#take(message as ToHost);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      server.leave(this);
    });
  }

  get greeting(): Greeting {
    return this.#greeting;
  }

  /** When it last asked anything of the server, on the clock of `now()`. */
  get spokeAt(): number {
    return this.#spokeAt;
  }

  /** Says what concerns everybody, or what the server answered this guest, whose number it carries. */
  hear(message: FromHost): void {
    const id = this.#start?.id ?? SHARED_ID;
    switch (message.type) {
      case 'returned':
      case 'threw':
        this.#say({ ...message, id, call: message.call % OWN });
        break;
      case 'callback':
      case 'callbackDropped':
        this.#say({ ...message, id, function: message.function % OWN });
        break;
      case 'flushed':
      case 'loaded':
      case 'idled':
      case 'reviewed':
        this.#say({ ...message, id, token: message.token % OWN });
        break;
      case 'logged':
        this.#say({ ...message, line: message.line.id === undefined ? message.line : { ...message.line, id } });
        break;
      case 'child':
      case 'covering':
        // Whoever runs the server ends it.
        break;
      case 'stopRequested':
        // It would be stopped for all; see docs/run-scope.md.
        break;
      case 'crashed':
      case 'ended':
        this.#say(message);
        break;
      default:
        this.#say({ ...message, id });
    }
  }

  #take(message: ToHost): void {
    switch (message.type) {
      case 'boot':
        this.#boot = message;
        break;
      case 'start':
        this.#start = message;
        this.#spokeAt = now();
        if (this.#boot !== undefined) this.#server.join(this, this.#boot, message);
        break;
      case 'stop':
        this.#server.leave(this);
        this.#say({ type: 'stopped', id: message.id, report: QUIET });
        break;
      case 'end':
        void this.#end();
        break;
      case 'call':
        this.#spokeAt = now();
        this.#server.post({ ...message, id: SHARED_ID, call: this.#number(message.call), args: this.#functionsIn(message.args) });
        break;
      case 'callbackAnswer':
        this.#server.post({ ...message, id: SHARED_ID });
        break;
      case 'flush':
      case 'lookUp':
      case 'idle':
      case 'review':
        this.#server.post({ ...message, id: SHARED_ID, token: this.#number(message.token) });
        break;
      default:
        message satisfies never;
    }
  }

  async #end(): Promise<void> {
    this.#server.leave(this);
    const coverage = await this.#server.takeCoverage();
    this.#say({ type: 'ended', code: 0, coverage });
    this.#socket.end();
  }

  #number(own: number): number {
    return this.index * OWN + own;
  }

  /** The arguments with the numbers of handed-over functions made this guest's. */
  #functionsIn(args: CallCommand['args']): CallCommand['args'] {
    if (args.nodes === undefined) return args;
    const nodes = args.nodes.map((node): typeof node => {
      const [kind, number, ...rest] = node;
      return kind === Kind.function ? [kind, this.#number(Number(number)), ...rest] : node;
    });
    return { ...args, nodes };
  }

  #say(message: FromHost): void {
    try {
      this.#socket.write(encodeFrame({ channel: CONTROL_CHANNEL, message }));
    } catch (error) {
      const { across, back } = refuse(message, error);
      if (across !== undefined) this.#socket.write(encodeFrame({ channel: CONTROL_CHANNEL, message: across }));
      if (back !== undefined) this.#server.post(back as ToHost);
    }
  }
}
