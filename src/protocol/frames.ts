/**
 * Messages as bytes, for a pipe between processes: a length, then what `v8.serialize` makes of channel and message. Both sides; pure.
 */
import { deserialize, serialize } from 'node:v8';

const LENGTH_BYTES = 4;

/** A message of one of the channels that share a pipe. */
export interface Frame {
  readonly channel: number;
  readonly message: unknown;
}

/** @throws what `v8.serialize` throws for a message that can only be moved, such as a MessagePort */
export function encodeFrame({ channel, message }: Frame): Buffer {
  const body = serialize([channel, message]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

/** Puts the pieces that arrive together again. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #size = 0;

  /** The frames that are complete with this piece. */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#size += piece.length;
    const frames: Frame[] = [];
    for (;;) {
      const body = this.#take();
      if (body === undefined) return frames;
      const [channel, message] = deserialize(body) as [number, unknown];
      frames.push({ channel, message });
    }
  }

  #take(): Buffer | undefined {
    if (this.#size < LENGTH_BYTES) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < LENGTH_BYTES) this.#join();
    const end = LENGTH_BYTES + (this.#pieces[0]?.readUInt32LE() ?? 0);
    if (this.#size < end) return undefined;
    const whole = this.#join();
    this.#pieces = end < whole.length ? [whole.subarray(end)] : [];
    this.#size = whole.length - end;
    return whole.subarray(LENGTH_BYTES, end);
  }

  /** Done once a frame, not once a piece: a large message comes in thousands of pieces. */
  #join(): Buffer {
    const [first] = this.#pieces;
    if (this.#pieces.length === 1 && first !== undefined) return first;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [whole];
    return whole;
  }
}
