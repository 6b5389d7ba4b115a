/**
 * Where in the test a remote call was made, for the stacks of errors that come back. Test side.
 */
import * as path from 'node:path';

/** A place in the user's code; its stack is a text only when it is asked for. */
export interface CallSite {
  readonly stack?: string;
}

/** Two or three of them are this package's own. */
const SITE_FRAMES = 6;
/** Frames from here are no news to the user. */
const OWN_FILES = path.join(__dirname, '..') + path.sep;

/** Where the user called. A few frames are enough, and cost less than the hundred that Jest asks for. */
export function captureCallSite(ours: (...args: never[]) => unknown): CallSite {
  const site = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = SITE_FRAMES;
  Error.captureStackTrace(site, ours);
  Error.stackTraceLimit = limit;
  return site;
}

/** The user's server code comes first in the stack, the line of the test that called it after; this package's frames are no news. */
export function withCallSite(error: Error, site: CallSite): Error {
  const stack = (error.stack ?? '').split('\n').filter((line) => !isOurs(line));
  error.stack = [...stack, ...framesOf(site)].join('\n');
  return error;
}

/** The user's frames of a call site, a line each. */
export function framesOf(site: CallSite): readonly string[] {
  return (site.stack ?? '').split('\n').filter((line) => isFrame(line) && !isOurs(line));
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

function isOurs(line: string): boolean {
  return isFrame(line) && line.includes(OWN_FILES);
}
