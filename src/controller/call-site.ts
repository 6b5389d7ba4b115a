/**
 * Where the user's code called us. Test side.
 */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CallSite {
  readonly file: string;
  /** `file:line:column`, in the code as it runs; mapped where the runner maps stacks. */
  readonly text: string;
}

const PACKAGE_ROOT = path.join(__dirname, '..') + path.sep;

/** The innermost frame outside this package; undefined where the stack holds none. */
export function callSite(): CallSite | undefined {
  const frames = structuredFrames();
  for (const frame of frames) {
    const name = frame.getFileName();
    if (name === null || name === undefined || name.startsWith('node:')) continue;
    const file = name.startsWith('file:') ? fileURLToPath(name) : name;
    if (!path.isAbsolute(file) || file.startsWith(PACKAGE_ROOT)) continue;
    return { file, text: `${file}:${String(frame.getLineNumber())}:${String(frame.getColumnNumber())}` };
  }
  return undefined;
}

function structuredFrames(): readonly NodeJS.CallSite[] {
  const prepare = Error.prepareStackTrace?.bind(Error);
  const had = Object.hasOwn(Error, 'prepareStackTrace');
  const limit = Error.stackTraceLimit;
  let frames: readonly NodeJS.CallSite[] = [];
  try {
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (_error, callSites) => {
      frames = callSites;
      return '';
    };
    // Reading the stack is what calls the function above.
    void new Error().stack;
  } finally {
    Error.stackTraceLimit = limit;
    if (had) Error.prepareStackTrace = prepare;
    else delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  }
  return frames;
}
