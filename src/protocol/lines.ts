/** Takes output apart into lines: what a server's own streams are given, and what a child process writes past them. */
import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is cut into several. */
const LONGEST_LINE = 1_000_000;

/** Gathers pieces of text and gives each line when it is complete. */
export class LineSplitter {
  readonly #give: (line: string, partial: boolean) => void;
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';
  /** The length of the partial line when it was last shown. */
  #shown = 0;

  constructor(give: (line: string, partial: boolean) => void) {
    this.#give = give;
  }

  push(chunk: string | ArrayBufferView): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    // Only the new piece is searched: a progress bar adds thousands of pieces to one line.
    const lines = text.split('\n');
    lines[0] = this.#partial + (lines[0] ?? '');
    this.#partial = lines.pop() ?? '';
    if (lines.length > 0) this.#shown = 0;
    for (const line of lines) this.#give(line.endsWith('\r') ? line.slice(0, -1) : line, false);
    if (this.#partial.length > LONGEST_LINE) this.#flush();
  }

  /** Gives the line as far as it has come, for those who wait for it. */
  show(): void {
    if (this.#partial.length === this.#shown) return;
    this.#shown = this.#partial.length;
    this.#give(this.#partial, true);
  }

  /** Gives what there is as a line. */
  end(): void {
    this.#partial += this.#decoder.end();
    this.#flush();
  }

  #flush(): void {
    if (this.#partial !== '') this.#give(this.#partial, false);
    this.#partial = '';
    this.#shown = 0;
  }
}
