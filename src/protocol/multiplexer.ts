/**
 * Carries the channels between test side and host over one pipe: each of its two ends has the ports of its side. Both sides.
 *
 * It is handed what to write with, so it does no I/O itself. A port that the host's loader hands over becomes a further channel.
 */
import { MessageChannel, MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { encodeFrame, FrameReader } from './frames';
import type { FromHost, ToHost } from './messages';
import { refuse } from './refusal';

export const CONTROL_CHANNEL = 0;
export const LOADER_CHANNEL = 1;
/** What the foreground's loader is at: a number, mirrored into the host's memory. */
export const STATE_CHANNEL = 2;
const FIRST_FURTHER_CHANNEL = 3;

export interface MultiplexerOptions {
  write(frame: Buffer): void;
  /** A message from the other end has been posted on the channel's port; `message` itself on the state channel. */
  delivered(channel: number, message: unknown): void;
  /** A message of this end has been written. */
  sent(channel: number): void;
  /** The answer to a message of this end's control channel that cannot be written: it holds what can only be moved. */
  back(message: ToHost | FromHost): void;
}

/** A port handed over, while it is one; over the pipe, the number of its channel takes its place. */
interface Connect {
  readonly type: 'connect';
  readonly port: MessagePort | number;
}

export class Multiplexer {
  readonly #options: MultiplexerOptions;
  readonly #ports = new Map<number, MessagePort>();
  readonly #reader = new FrameReader();
  #lastChannel = FIRST_FURTHER_CHANNEL - 1;

  constructor(options: MultiplexerOptions) {
    this.#options = options;
  }

  join(channel: number, port: MessagePort): void {
    this.#ports.set(channel, port);
    port.on('message', (message: unknown) => {
      this.send(channel, message);
    });
  }

  /** Takes bytes from the pipe. */
  receive(piece: Buffer): void {
    for (const { channel, message } of this.#reader.push(piece)) {
      if (isConnect(message) && typeof message.port === 'number') this.#connect(channel, message.port);
      else this.#ports.get(channel)?.postMessage(message);
      this.#options.delivered(channel, message);
    }
  }

  /** Writes what waits in the ports, without waiting for the event loop. */
  drain(): void {
    for (const [channel, port] of this.#ports) {
      for (;;) {
        const received = receiveMessageOnPort(port);
        if (received === undefined) break;
        this.send(channel, received.message);
      }
    }
  }

  send(channel: number, message: unknown): void {
    let frame: Buffer;
    try {
      frame = encodeFrame({ channel, message: isConnect(message) ? this.#adopt(message) : message });
    } catch (error) {
      if (channel === CONTROL_CHANNEL) this.#refuse(message, error);
      return;
    }
    this.#options.write(frame);
    this.#options.sent(channel);
  }

  #refuse(message: unknown, error: unknown): void {
    const { back, across } = refuse(message, error);
    if (across !== undefined) this.send(CONTROL_CHANNEL, across);
    if (back !== undefined) this.#options.back(back);
  }

  /** This end got a port: it becomes a channel. */
  #adopt({ type, port }: Connect): Connect {
    if (!(port instanceof MessagePort)) return { type, port };
    this.#lastChannel += 1;
    this.join(this.#lastChannel, port);
    return { type, port: this.#lastChannel };
  }

  /** The other end got one: its channel ends in a new port here. */
  #connect(channel: number, number: number): void {
    const { port1, port2 } = new MessageChannel();
    this.join(number, port1);
    this.#ports.get(channel)?.postMessage({ type: 'connect', port: port2 }, [port2]);
  }
}

function isConnect(message: unknown): message is Connect {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'connect';
}
