/**
 * The server's output as it came over. Test side.
 */
import type { LoggedText } from '../protocol/messages';

/** A line of the server side's output. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** When it was written, in epoch milliseconds. */
  readonly time: number;
  readonly text: string;
}

/** Older lines go when there are more. */
const MOST_LINES = 100_000;
const LINES_IN_MESSAGES = 10;

export class LogBook {
  readonly #lines: LogLine[] = [];

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  add({ stream, time, text }: LoggedText): LogLine {
    const line: LogLine = { stream, time, text };
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
    return line;
  }

  /** The last lines as the end of a message; empty when there are none. */
  tail(): string {
    const last = this.#lines.slice(-LINES_IN_MESSAGES).map(({ text }) => `\n  | ${text}`);
    return last.length === 0 ? '' : `\nIts last output:${last.join('')}`;
  }
}
