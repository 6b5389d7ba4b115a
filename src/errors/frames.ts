/**
 * Stacks as the user shall read them: the user's own frames, each of which a runner shows. Both sides; pure.
 */
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';

/** This package's folder, where it is built and where its sources are. */
const PACKAGE_ROOT = __dirname.replace(/[\\/](?:dist|src)[\\/]errors$/, '');
const OWN_FILES = ['dist', 'src'].flatMap((folder) => ['/', '\\'].map((separator) => [PACKAGE_ROOT, folder, ''].join(separator)));

/** Whether a line of a stack is a frame; the lines of its message are none. */
export function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

/** Whether a line of a stack is a frame of this package: no news to the user, who cannot mend it. */
export function isOwnFrame(line: string): boolean {
  return /^\s*at /.test(line) && OWN_FILES.some((own) => line.includes(own));
}

/** A line of output without those in the stacks that it has in JSON, as loggers write them. */
export function withoutOwnFrames(line: string): string {
  return line.replace(/(?<!\\)\\n\s+at .*?(?=(?<!\\)\\n|")/g, (frame) =>
    isOwnFrame(frame.slice(2).replaceAll('\\\\', '\\')) ? '' : frame,
  );
}

/** Whether a line of a stack is a frame of Node's own code. */
export function isNodeFrame(line: string): boolean {
  return /(?:\(|at (?:async )?)node:/.test(line);
}

/** Whether a line of a stack is a frame of an installed package's code. */
export function isPackageFrame(line: string): boolean {
  return /[\\/]node_modules[\\/]/.test(line);
}

/** A path or URL from its begin on: what follows may have brackets and spaces of its own. */
const IN_BRACKETS = / \(((?:[a-zA-Z][\w+.-]*:|[\\/]).*:\d+:\d+)\)$/;
const BARE = /\bat (?:async )?((?:[a-zA-Z][\w+.-]*:|[\\/]).*:\d+:\d+)$/;

/** Where a line of a stack says that it is, as `file:line:column`; undefined for a frame without a place. */
export function placeOf(frame: string): string | undefined {
  const [, place] = IN_BRACKETS.exec(frame) ?? BARE.exec(frame) ?? [];
  return place?.replace(/^file:.*(?=:\d+:\d+$)/, toPath);
}

/** Frames to look through for the user's own; a database driver, or a framework that gives up, has a dozen of its own in front. */
export const USERS_DEPTH = 24;

/** Where the caller is, `depth` frames of it: a text only when it is asked for, which costs more than all else. Begins below `ours`. */
export function captureStack(depth: number, ours: (...args: never[]) => unknown = captureStack): { readonly stack?: string | undefined } {
  const holder = {};
  const limit = Error.stackTraceLimit;
  // A frozen Error keeps its limit, and there are as many frames as that gives.
  Reflect.set(Error, 'stackTraceLimit', depth);
  Error.captureStackTrace(holder, ours);
  Reflect.set(Error, 'stackTraceLimit', limit);
  return {
    get stack() {
      return stackOf(holder);
    },
  };
}

/** The text of a stack; undefined where there is none, and where a `prepareStackTrace` of the user's makes something else of it. */
export function stackOf(holder: { readonly stack?: unknown }): string | undefined {
  const { stack } = holder;
  return typeof stack === 'string' ? stack : undefined;
}

/** The frames of a stack that are neither this package's nor Node's, as a runner reads them best. */
export function usersFrames(stack: string): string[] {
  return readableStack(stack)
    .split('\n')
    .filter((line) => isFrame(line) && !isNodeFrame(line));
}

/** The message above the frames, and the frames, each with the line break before it. */
export function splitStack(stack: string): readonly [head: string, frames: string] {
  const at = stack.search(/\n\s+at /);
  return at < 0 ? [stack, ''] : [stack.slice(0, at), stack.slice(at)];
}

/** The stack without those, as a runner reads it best. */
export function readableStack(stack: string): string {
  const lines: string[] = [];
  let isDropped = false;
  for (const line of stack.split('\n')) {
    // `at new Promise (<anonymous>)`, `at async Promise.all (index 0)` after a frame of ours: it only called that, and has no place.
    isDropped = isOwnFrame(line) || (isDropped && /^\s+at .*\((?:<anonymous>|index \d+)\)$/.test(line));
    if (!isDropped) lines.push(readable(line));
  }
  return lines.join('\n');
}

/** Leaves the user's frames only, in its cause too, so that a runner points at the line that can be mended. */
export function hideOwnFrames(error: Error): void {
  for (const each of [error, error.cause]) {
    if (!types.isNativeError(each) || typeof each.stack !== 'string') continue;
    Reflect.defineProperty(each, 'stack', { value: readableStack(each.stack), configurable: true, writable: true });
  }
}

function readable(line: string): string {
  if (!isFrame(line)) return line;
  return (
    line
      // With source maps Node writes `at <anonymous> (file:1:2)`, which Jest takes for a frame without a place and leaves out.
      .replace(/^(\s+at )<anonymous> \((.+:\d+:\d+)\)$/, '$1$2')
      // Frames of ES modules, of which Jest makes no relative path.
      .replace(/\bfile:\/\/\S+(?=:\d+:\d+\)?$)/, toPath)
  );
}

function toPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
