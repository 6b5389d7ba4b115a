/**
 * Captures what this thread or process prints, line by line, in order, before the test side sees anything else of it. Server side.
 *
 * Posting is synchronous, so that nothing is lost when the next statement ends the thread, and a write's callback never waits for the
 * foreground, which may be blocked until this side is done.
 */
import { StringDecoder } from 'node:string_decoder';
import type { ControllerId, LoggedText } from '../protocol/messages';

/** A line longer than this is cut into several. */
const LONGEST_LINE = 1_000_000;

// Taken at load: the server's code may fake its clock.
const epochNow = Date.now.bind(Date);

/**
 * Sends stdout and stderr, console and process warnings included, to `post`. Call it before anything of the user's loads.
 * `owner` says whose output it is, where that is known.
 */
export function captureOutput(post: (line: LoggedText) => void, owner?: () => ControllerId | undefined): void {
  const streams = (['stdout', 'stderr'] as const).map((stream) => {
    const lines = new LineSplitter((text) => {
      const id = owner?.();
      post({ stream, time: epochNow(), text, ...(id === undefined ? {} : { id }) });
    });
    replaceWrite(process[stream], lines);
    return lines;
  });
  process.on('exit', () => {
    for (const lines of streams) lines.end();
  });
  captureWarnings();
}

/** Gathers pieces of text and gives each line when it is complete. */
class LineSplitter {
  readonly #give: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';
  #ended = false;

  constructor(give: (line: string) => void) {
    this.#give = give;
  }

  push(chunk: string | Uint8Array): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk));
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#give(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (this.#ended || this.#partial.length > LONGEST_LINE) this.#flush();
  }

  /** The thread is about to go; whatever an exit handler prints from now on goes at once. */
  end(): void {
    this.#partial += this.#decoder.end();
    this.#ended = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#partial !== '') this.#give(this.#partial);
    this.#partial = '';
  }
}

type WriteCallback = (error?: Error | null) => void;

function replaceWrite(stream: NodeJS.WriteStream, lines: LineSplitter): void {
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const isOtherEncoding = typeof chunk === 'string' && typeof encoding === 'string' && !/^utf-?8$/i.test(encoding);
    lines.push(isOtherEncoding ? Buffer.from(chunk, encoding) : chunk);
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}

/** Node prints warnings past `process.stderr`, to the file descriptor itself; here they are printed where they are captured. */
function captureWarnings(): void {
  const printers = process.listeners('warning');
  // None: the user has silenced them by `--no-warnings`.
  if (printers.length === 0) return;
  for (const printer of printers) process.removeListener('warning', printer);
  let helpShown = false;
  process.on('warning', (warning: Error & { code?: unknown; detail?: unknown }) => {
    const isDeprecation = warning.name === 'DeprecationWarning';
    const settings = process as { noDeprecation?: boolean; traceDeprecation?: boolean; traceProcessWarnings?: boolean };
    if (isDeprecation && settings.noDeprecation === true) return;
    const traced = settings.traceProcessWarnings === true || (isDeprecation && settings.traceDeprecation === true);
    const code = typeof warning.code === 'string' ? `[${warning.code}] ` : '';
    const text = traced && warning.stack !== undefined ? warning.stack : String(warning);
    const detail = typeof warning.detail === 'string' ? `\n${warning.detail}` : '';
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings';
    const help = traced || helpShown ? '' : `\n(Use \`node ${flag} ...\` to show where the warning was created)`;
    helpShown ||= !traced;
    process.stderr.write(`(node:${process.pid.toString()}) ${code}${text}${detail}${help}\n`);
  });
}
