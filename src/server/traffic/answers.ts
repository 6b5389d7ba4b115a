/**
 * What an HTTP/1 server answered: to which request, with which status, and, where that tells of a failure, in which words. Server side.
 *
 * Frameworks put into an answer with 500 what they print nowhere: Express has the error and its stack there and keeps silent in tests.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isNodeFrame, isPackageFrame } from '../../errors/frames';

const MOST_CHARACTERS = 200;
/** Enough for those and the markup between them. */
const MOST_MARKUP = 2_000;
/** Bytes: enough for what the layout of a page has above its content, such as a head and a menu. */
const MOST_KEPT = 32_000;
const FAILED = 500;
// By what is written: a type that is handed to writeHead() can be asked for nowhere.
const IS_PAGE = /^\s*<(!doctype|html)\b/i;
/** Where what a page is about begins, in one with a layout around it. */
const CONTENT = /<(main|h1)\b/i;

/** What each response answers, as it came: routers cut the path that they have followed off its `url`. */
const requests = new WeakMap<ServerResponse, string>();
/** What failed answers begin with, as it was written. */
const beginnings = new WeakMap<ServerResponse, Uint8Array>();

/** Takes note of a request whose answer is still to come. Returns its line: `GET /users`. */
export function noteRequest(request: IncomingMessage, response: ServerResponse): string {
  const line = `${request.method ?? ''} ${request.url ?? ''}`;
  requests.set(response, line);
  keepBeginnings(response);
  return line;
}

/** Whether a response says that its server has failed. */
export function isFailure({ statusCode }: ServerResponse): boolean {
  return statusCode >= FAILED;
}

/** The request and the status of its answer: `GET /users with 500`. */
export function answerOf(response: ServerResponse): string {
  return `${requests.get(response) ?? ''} with ${response.statusCode.toString()}`;
}

/** The same, followed by what a failed answer says: `GET /users with 500 (no such table: users)`. */
export function wordedAnswerOf(response: ServerResponse): string {
  const words = wordsOf(response);
  return words === '' || words === response.statusMessage ? answerOf(response) : `${answerOf(response)} (${words})`;
}

/** The text of a failed answer in one line, cut where it is long; an empty one where it has none. */
function wordsOf(response: ServerResponse): string {
  const written = beginnings.get(response) ?? Buffer.alloc(0);
  const all = textIn(written, packingOf(response, written));
  const isPage = IS_PAGE.test(all);
  const beginning = (isPage ? contentOf(all) : all).slice(0, MOST_MARKUP);
  const text = (stackInJson(beginning) ?? withoutCallers(isPage ? withoutMarkup(beginning) : beginning)).replace(/\s+/g, ' ').trim();
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** A stack with one frame: the first of the server's own code, as a runner shows it, or of all where none is known. */
function withoutCallers(text: string): string {
  // The last frame may be cut off before its function.
  return text.replace(/^\s+at .*$(?:\s+at .*$)+(?:\s+at?(?![^]))?/gm, (run) => {
    const frames = run.match(/\s+at .*/g) ?? [];
    return frames.find(isOwn) ?? frames[0] ?? '';
  });
}

/** One with a place: the last one may be cut off. */
function isOwn(frame: string): boolean {
  return /:\d+\)?\s*$/.test(frame) && !isPackageFrame(frame) && !isNodeFrame(frame);
}

/**
 * The stack that an error handler has put into its JSON, likewise with one frame. It begins with the error's name and message, so that it stands
 * for the whole. What is kept of the answer may end in the middle of it.
 */
function stackInJson(text: string): string | undefined {
  const written = /^\s*[{[][^]*?"stack"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(text)?.[1];
  const stack = written?.replace(/\\(?:u([\da-f]{4})|(.))/gi, (_all, code: string | undefined, sign: string) => {
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return ESCAPES[sign] ?? sign;
  });
  const whole = /^[^]*?(?:\n\s+at .*)+/.exec(stack ?? '')?.[0];
  return whole === undefined ? undefined : withoutCallers(whole);
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

/** A page from its content on; all of it where nothing marks that. */
function contentOf(html: string): string {
  return html.slice(Math.max(0, html.search(CONTENT)));
}

function withoutMarkup(html: string): string {
  return (
    html
      .replace(/<(head|style|script)\b[^]*?<\/\1>/gi, ' ')
      .replace(/<br\b[^>]*>/gi, '\n')
      // The last one may be cut off, as may be the last entity.
      .replace(/<[^>]*(?:>|$)/g, ' ')
      .replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
      .replace(/&#?\w*$/, '')
  );
}

type Write = (this: ServerResponse, ...args: unknown[]) => unknown;
type Writers = Record<'write' | 'end', Write>;

const kept = new WeakSet<object>();
/** A class may call what it inherits, or its own `write` from its `end`: what is written there has been kept already. */
const writing = new WeakSet<ServerResponse>();

/** Once for each class of responses: a wrapper for each response would cost each request. */
function keepBeginnings(response: ServerResponse): void {
  const owner = Object.getPrototypeOf(response) as Writers;
  if (kept.has(owner)) return;
  kept.add(owner);
  for (const name of ['write', 'end'] as const) {
    const write = owner[name];
    owner[name] = function (...args) {
      if (!isFailure(this) || writing.has(this)) return write.apply(this, args);
      if (!this.writableEnded) keepBeginning(this, args[0], args[1]);
      writing.add(this);
      try {
        return write.apply(this, args);
      } finally {
        writing.delete(this);
      }
    };
  }
}

/** A middleware may write in pieces what the application sent as one: express-session holds back the last byte. */
function keepBeginning(response: ServerResponse, chunk: unknown, encoding: unknown): void {
  const before = beginnings.get(response) ?? Buffer.alloc(0);
  const room = MOST_KEPT - before.length;
  if (room > 0) beginnings.set(response, Buffer.concat([before, bytesOf(chunk, encoding).subarray(0, room)]));
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== 'string') return Buffer.alloc(0);
  return Buffer.from(chunk, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}

type Packing = 'gzip' | 'deflate' | 'br';

/** How a middleware has compressed what is written. gzip is known by its first bytes, too: a header may have been handed to writeHead(). */
function packingOf(response: ServerResponse, bytes: Uint8Array): Packing | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  const encoding = response.getHeader('content-encoding');
  return encoding === 'deflate' || encoding === 'br' ? encoding : undefined;
}

/** Of an image, none. */
function textIn(bytes: Uint8Array, packing: Packing | undefined): string {
  try {
    const unpacked = packing === undefined ? bytes : unpack(bytes, packing).subarray(0, MOST_KEPT);
    // As a stream, that a character which was cut in two is left out.
    return new TextDecoder('utf-8', { fatal: true }).decode(unpacked, { stream: true });
  } catch {
    return '';
  }
}

/** The end may be missing. */
function unpack(bytes: Uint8Array, packing: Packing): Uint8Array {
  const { brotliDecompressSync, constants, unzipSync } = process.getBuiltinModule('node:zlib');
  return packing === 'br'
    ? brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH })
    : unzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}
