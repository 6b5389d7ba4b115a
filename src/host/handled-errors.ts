/**
 * Remembers errors that nothing caught, but of which a handler of the server's own kept it alive, for a test that fails later: what that handler does
 * with them, as a logger that is silent in tests, may be seen nowhere. Server side.
 */
import { isPackageFrame, splitStack, usersFrames } from '../errors/frames';
import { decodeError, encodeError } from '../protocol/errors';
import type { Noted } from '../protocol/noted';
import { epochNow } from '../time/clock';

/** Errors that are kept, the latest. */
const MOST = 5;
const MOST_CHARACTERS = 200;

let handled: readonly { readonly error: unknown; readonly time: number }[] = [];

/** A handler of `uncaughtException` or `unhandledRejection`, or a domain, is about to be given it. */
export function rememberHandled(error: unknown): void {
  handled = [...handled, { error, time: epochNow() }].slice(-MOST);
}

/** The latest, each with the first frame of the server's own code: `TypeError: … at /app/src/jobs.js:3:9`. */
export function errorsHandled(): readonly Noted[] {
  return handled.map(({ error, time }) => ({ line: wordsOf(error), time }));
}

/** Whatever was thrown, read as what crosses is. */
function wordsOf(thrown: unknown): string {
  const { stack = '', name, message } = decodeError(encodeError(thrown));
  const [head] = splitStack(stack);
  const text = (head === '' ? `${name}: ${message}` : head).replace(/\s+/g, ' ').trim();
  const frames = usersFrames(stack);
  const frame = frames.find((each) => !isPackageFrame(each)) ?? frames[0];
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return frame === undefined ? cut : `${cut} ${frame.trim()}`;
}
