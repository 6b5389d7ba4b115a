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
  const constructors = classNames(instance);
  const isMaker = (frame: NodeJS.CallSite): boolean =>
    usersFile(frame) !== undefined && !(frame.isConstructor() && constructors.has(frame.getFunctionName() ?? ''));
  const { frames, line } = capture((all) => all.findIndex(isMaker));
  const frame = frames.find(isMaker);
  if (frame === undefined) return undefined;
  return placeIn(line) ?? `${usersFile(frame) ?? ''}:${String(frame.getLineNumber())}:${String(frame.getColumnNumber())}`;
}

/** The files outside this package on the stack, each once, the innermost first. */
export function callingFiles(): readonly string[] {
  const files = capture(() => -1).frames.map(usersFile);
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

interface Captured {
  readonly frames: readonly NodeJS.CallSite[];
  /** The frame that was chosen as the runner prints it: mapped to the source, where the runner does that. */
  readonly line: string | undefined;
}

/** The stack. The runner is asked for no frame below that which `choose` gives: it reads the source map of each file that it prints. */
function capture(choose: (frames: readonly NodeJS.CallSite[]) => number): Captured {
  const limit = Error.stackTraceLimit;
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const restore = (): void => {
    if (descriptor === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', descriptor);
  };
  try {
    Error.stackTraceLimit = 50;
    let frames: readonly NodeJS.CallSite[] = [];
    Error.prepareStackTrace = (_error, callSites) => {
      frames = callSites;
      return '';
    };
    // Reading the stack is what calls the function above.
    String(new Error().stack);
    restore();
    const chosen = choose(frames);
    if (chosen < 0) return { frames, line: undefined };
    Error.stackTraceLimit = chosen + 1;
    const lines = String(new Error().stack).split('\n').filter(isFrame);
    return { frames, line: lines.length === chosen + 1 ? lines[chosen] : undefined };
  } finally {
    restore();
    Error.stackTraceLimit = limit;
  }
}

/** `file:line:column` at the end of a stack's line. */
function placeIn(line: string | undefined): string | undefined {
  const [, inBrackets, bare] = /(?:\(([^()]+:\d+:\d+)\)|at (?:async )?(\S.*:\d+:\d+))$/.exec(line ?? '') ?? [];
  const place = inBrackets ?? bare;
  return place?.startsWith('file:') === true ? place.replace(/^file:.*(?=:\d+:\d+$)/, (url) => fileURLToPath(url)) : place;
}
