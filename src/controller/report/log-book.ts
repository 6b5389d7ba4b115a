/**
 * The server's output as it came over. Test side.
 */
import type { LoggedText } from '../../protocol/messages';

/**
 * A line of the server side's output.
 * @category Reports
 */
export interface LogLine {
  /** Where it was written; `console.log` is `stdout`, `console.error` and `console.warn` are `stderr`. */
  readonly stream: 'stdout' | 'stderr';
  /** When it was written, in epoch milliseconds. */
  readonly time: number;
  /** The line without its end. */
  readonly text: string;
}

/** Older lines go when there are more; many at once, since each time all others move. */
const MOST_LINES = 100_000;
const GO_AT_ONCE = 1000;

/** Looks for a line until it is ended. */
export interface LineSearch {
  /** The first line that matched. */
  readonly found: LogLine | undefined;
  end(): void;
}

export class LogBook {
  readonly #all: LogLine[] = [];
  #current: LogLine[] = [];
  /** Lines that have not come to their end, by whose they are. */
  readonly #partial = new Map<string, LogLine>();
  readonly #searches = new Set<(line: LogLine) => void>();

  /** The lines of the present start, or of the last one. */
  get lines(): readonly LogLine[] {
    return this.#current;
  }

  /** The same, and before them those of earlier starts. */
  get all(): readonly LogLine[] {
    return this.#all;
  }

  /** A start begins: what was printed before is no answer to it. */
  begin(): void {
    this.#current = [];
    this.#partial.clear();
  }

  /** A line that comes again, because it has grown or ended, takes its own place. */
  add({ stream, time, text, id, partial }: LoggedText): LogLine {
    const key = `${stream} ${String(id)}`;
    const earlier = this.#partial.get(key);
    // One that has only come to its end is the same, also to those who have shown it.
    const line = earlier?.text === text ? earlier : { stream, time, text };
    put(this.#all, line, earlier);
    put(this.#current, line, earlier);
    if (partial === true) this.#partial.set(key, line);
    else this.#partial.delete(key);
    for (const look of this.#searches) look(line);
    return line;
  }

  /** Looks at the lines of the present start, and at each one that comes, once. */
  search(matches: (text: string) => boolean): LineSearch {
    let found = this.#current.find(({ text }) => matches(text));
    const look = (line: LogLine): void => {
      if (found === undefined && matches(line.text)) found = line;
    };
    this.#searches.add(look);
    return {
      get found() {
        return found;
      },
      end: () => {
        this.#searches.delete(look);
      },
    };
  }
}

function put(lines: LogLine[], line: LogLine, earlier: LogLine | undefined): void {
  const place = earlier === undefined ? -1 : lines.lastIndexOf(earlier);
  if (place >= 0) lines[place] = line;
  else lines.push(line);
  if (lines.length > MOST_LINES) lines.splice(0, GO_AT_ONCE);
}
