/**
 * Where the user's code called us. Test side.
 */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFrame } from '../errors/frames';

const PACKAGE_ROOT = path.join(__dirname, '..') + path.sep;

/**
 * Where the user's code makes `instance`, called from its constructor: the innermost frame that is neither this package's nor a constructor
 * of one of its classes.
 * @returns `file:line:column`, in the code as it runs; mapped where the runner maps stacks. Undefined where the stack holds no such frame
 */
export function madeAt(instance: object): string | undefined {
  const { frames, lines } = capture();
  const constructors = classNames(instance);
  for (const [index, frame] of frames.entries()) {
    const file = usersFile(frame);
    if (file === undefined) continue;
    if (frame.isConstructor() && constructors.has(frame.getFunctionName() ?? '')) continue;
    return placeIn(lines[index]) ?? `${file}:${String(frame.getLineNumber())}:${String(frame.getColumnNumber())}`;
  }
  return undefined;
}

/** The files outside this package on the stack, each once, the innermost first. */
export function callingFiles(): readonly string[] {
  const files = capture().frames.map(usersFile);
  return [...new Set(files.filter((file) => file !== undefined))];
}

function usersFile(frame: NodeJS.CallSite): string | undefined {
  const name = frame.getFileName();
  if (name === null || name === undefined || name.startsWith('node:')) return undefined;
  const file = name.startsWith('file:') ? fileURLToPath(name) : name;
  return path.isAbsolute(file) && !file.startsWith(PACKAGE_ROOT) ? file : undefined;
}

/**
 * Takes the constructors that nobody has written out of an error's stack. Their place is the line of the class, where nothing is wrong.
 * @param Class what was constructed
 */
export function hideUnwrittenConstructors(error: unknown, Class: abstract new (...args: never[]) => unknown): void {
  if (!(error instanceof Error) || error.stack === undefined) return;
  const unwritten = new Set<string>();
  for (let at: unknown = Class; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    if (!/\bconstructor\s*\(/.test(Function.prototype.toString.call(at))) unwritten.add(at.name);
  }
  const isUnwritten = (line: string): boolean => {
    const name = /^\s+at new (\S+) /.exec(line)?.[1];
    return name !== undefined && unwritten.has(name.replace('<anonymous>', ''));
  };
  error.stack = error.stack
    .split('\n')
    .filter((line) => !isUnwritten(line))
    .join('\n');
}

function classNames(instance: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: unknown = instance.constructor; typeof at === 'function'; at = Object.getPrototypeOf(at)) names.add(at.name);
  return names;
}

/** The frames, and each as the runner prints it: mapped to the source, where the runner does that. */
function capture(): { readonly frames: readonly NodeJS.CallSite[]; readonly lines: readonly string[] } {
  const limit = Error.stackTraceLimit;
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  try {
    Error.stackTraceLimit = 50;
    const printed: unknown = new Error().stack;
    const lines = String(printed).split('\n').filter(isFrame);
    let frames: readonly NodeJS.CallSite[] = [];
    Error.prepareStackTrace = (_error, callSites) => {
      frames = callSites;
      return '';
    };
    // Reading the stack is what calls the function above.
    String(new Error().stack);
    return { frames, lines: lines.length === frames.length ? lines : [] };
  } finally {
    Error.stackTraceLimit = limit;
    if (descriptor === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', descriptor);
  }
}

/** `file:line:column` at the end of a stack's line. */
function placeIn(line: string | undefined): string | undefined {
  const [, inBrackets, bare] = /(?:\(([^()]+:\d+:\d+)\)|at (?:async )?(\S.*:\d+:\d+))$/.exec(line ?? '') ?? [];
  const place = inBrackets ?? bare;
  return place?.startsWith('file:') === true ? place.replace(/^file:.*(?=:\d+:\d+$)/, (url) => fileURLToPath(url)) : place;
}
