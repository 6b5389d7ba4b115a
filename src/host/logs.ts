/**
 * Captures what this thread or process prints, line by line, in order, before the test side sees anything else of it. Server side.
 *
 * Posting is synchronous, so that nothing is lost when the next statement ends the thread, and a write's callback never waits for the
 * foreground, which may be blocked until this side is done.
 */
import { LineSplitter } from '../protocol/lines';
import type { ControllerId, LoggedText } from '../protocol/messages';
import { epochNow } from '../time/clock';

/** What is asked of the output that is captured. */
export interface Output {
  /** Posts what was written without the end of its line; the whole line follows when it has come. */
  show(): void;
  /** A controller has come to its end: what it has written is all of its line. */
  close(id: ControllerId): void;
}

/**
 * Sends stdout and stderr, console and process warnings included, to `post`. Call it before anything of the user's loads.
 * `owner` says whose output it is, where that is known.
 */
export function captureOutput(post: (line: LoggedText) => void, owner?: () => ControllerId | undefined): Output {
  const streams = (['stdout', 'stderr'] as const).map((stream) => {
    const lines = new Lines((text, id, partial) => {
      post({ stream, time: epochNow(), text, ...(id === undefined ? {} : { id }), ...(partial ? { partial } : {}) });
    }, owner);
    onFirstUse(stream, (made) => {
      replaceWrite(made, lines);
    });
    return lines;
  });
  process.on('exit', () => {
    for (const lines of streams) lines.end();
  });
  captureWarnings();
  return {
    show() {
      for (const lines of streams) lines.show();
    },
    close(id) {
      for (const lines of streams) lines.close(id);
    },
  };
}

type GiveLine = (text: string, id: ControllerId | undefined, partial: boolean) => void;

/** One stream, taken apart by whose output it is: two controllers that write pieces do not mix their lines. */
class Lines {
  readonly #give: GiveLine;
  readonly #owner: (() => ControllerId | undefined) | undefined;
  readonly #splitters = new Map<ControllerId | undefined, LineSplitter>();
  #ended = false;

  constructor(give: GiveLine, owner: (() => ControllerId | undefined) | undefined) {
    this.#give = give;
    this.#owner = owner;
  }

  push(chunk: string | Uint8Array): void {
    const id = this.#owner?.();
    let splitter = this.#splitters.get(id);
    if (splitter === undefined) {
      splitter = new LineSplitter((text, partial) => {
        this.#give(text, id, partial);
      });
      this.#splitters.set(id, splitter);
    }
    splitter.push(chunk);
    if (this.#ended) splitter.end();
  }

  show(): void {
    for (const splitter of this.#splitters.values()) splitter.show();
  }

  /** What the controller still prints, as a timer that it has left may, begins a line of its own. */
  close(id: ControllerId): void {
    this.#splitters.get(id)?.end();
    this.#splitters.delete(id);
  }

  /** The thread is about to go; whatever an exit handler prints from now on goes at once. */
  end(): void {
    this.#ended = true;
    for (const splitter of this.#splitters.values()) splitter.end();
  }
}

/** Flags whose modules run before this one and may have printed: the console then keeps the stream, and asks `process` for it no more. */
const PRELOADS = /(?:^|\s)(?:-r|--require|--import)\b/;

const startFlags = (): string => [...process.execArgv, process.env['NODE_OPTIONS']].join(' ');

/** Node makes a stream when it is first asked for, which takes a new thread half a millisecond; most servers print nothing. */
function onFirstUse(name: 'stdout' | 'stderr', prepare: (stream: NodeJS.WriteStream) => void): void {
  const property = Object.getOwnPropertyDescriptor(process, name);
  const make = property?.get;
  if (property === undefined || make === undefined || PRELOADS.test(startFlags())) {
    prepare(process[name]);
    return;
  }
  Object.defineProperty(process, name, {
    ...property,
    get() {
      Object.defineProperty(process, name, property);
      const stream = make.call(process) as NodeJS.WriteStream;
      prepare(stream);
      return stream;
    },
  });
}

type WriteCallback = (error?: Error | null) => void;

function replaceWrite(stream: NodeJS.WriteStream, lines: Lines): void {
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const isOtherEncoding = typeof chunk === 'string' && typeof encoding === 'string' && !/^utf-?8$/i.test(encoding);
    lines.push(isOtherEncoding ? Buffer.from(chunk, encoding) : chunk);
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  // What comes past that, such as the last words of `end(text)`.
  delete stream._writev;
  stream._write = (chunk: string | Uint8Array, _encoding, done) => {
    lines.push(chunk);
    done();
  };
}

/** Warnings that the user does not want, by their codes or names: only Node's own printer knows of these. */
const UNWANTED = /(?:^|\s)--disable[-_]warning(?:=|\s+)["']?([^\s"']+)/g;

/** The name of Node's own printer (lib/internal/process/warning.js); a module that has run before may have put a listener of its own beside it. */
const PRINTER = 'onWarning';

/** Node prints warnings past `process.stderr`, to the file descriptor itself; here they are printed where they are captured. */
function captureWarnings(): void {
  const printers = process.listeners('warning').filter(({ name }) => name === PRINTER);
  // None: the user has silenced them by `--no-warnings`.
  if (printers.length === 0) return;
  for (const printer of printers) process.removeListener('warning', printer);
  const unwanted = new Set<unknown>(Array.from(startFlags().matchAll(UNWANTED), ([, named]) => named));
  let helpShown = false;
  process.on('warning', (warning: Error & { code?: unknown; detail?: unknown }) => {
    if (unwanted.has(warning.code) || unwanted.has(warning.name)) return;
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
