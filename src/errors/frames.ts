/**
 * Stacks as the user shall read them: the user's own frames, each of which a runner shows. Both sides; pure.
 */
import { fileURLToPath } from 'node:url';

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
    // `at new Promise (<anonymous>)` after a frame of ours: it only called that, and has no place.
    isDropped = isOwnFrame(line) || (isDropped && /^\s+at .*\(<anonymous>\)$/.test(line));
    if (!isDropped) lines.push(readable(line));
  }
  return lines.join('\n');
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
