/**
 * Where the user's code called us. Test side.
 */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureStack, isFrame, placeOf, stackOf } from '../../errors/frames';
import { classNameOf } from '../../protocol/class-name';

const PACKAGE_ROOT = path.join(__dirname, '..', '..') + path.sep;
/** Frames to look through; classes that inherit and helpers that make controllers have some in front. */
const MOST_FRAMES = 50;

/**
 * Where the user's code makes `instance`, called from its constructor: the innermost frame that is neither this package's nor a constructor
 * of one of its classes.
 * @returns `file:line:column`, in the code as it runs; mapped where the runner maps stacks. Undefined where the stack holds no such frame
 */
export function madeAt(instance: object): string | undefined {
  const constructors = classNames(instance);
  return placeBelow(madeAt, (frame) => !(frame.isConstructor() && constructors.has(frame.getFunctionName() ?? '')));
}

/**
 * Where the user's code reads a member of `instance`, told as above. Null where its class does: a constructor, an initial value or a method
 * acts on a twin that never runs.
 */
export function readAt(instance: object): string | undefined | null {
  const names = classNames(instance);
  let isOfClass = false;
  const place = placeBelow(readAt, (frame) => {
    const name = frame.isConstructor() ? frame.getFunctionName() : frame.getTypeName();
    isOfClass = typeof name === 'string' && name !== '' && names.has(name);
    return true;
  });
  return isOfClass ? null : place;
}

/** The place of the innermost frame of the user's below the call of `ours` that is wanted. */
function placeBelow(ours: (...args: never[]) => unknown, isWanted: (frame: NodeJS.CallSite) => boolean): string | undefined {
  const frames = framesBelow(ours);
  const index = frames.findIndex((frame) => usersFile(frame) !== undefined && isWanted(frame));
  const frame = frames[index];
  if (frame === undefined) return undefined;
  // As the runner prints it: mapped to the source, where it does that. It is asked for no frame behind this one, whose source map it would read.
  const lines = String(captureStack(index + 1, ours).stack)
    .split('\n')
    .filter(isFrame);
  const printed = lines.length === index + 1 ? placeOf(lines[index] ?? '') : undefined;
  return printed ?? `${String(usersFile(frame))}:${String(frame.getLineNumber())}:${String(frame.getColumnNumber())}`;
}

/** The files outside this package on the stack, each once, the innermost first. */
export function callingFiles(): readonly string[] {
  const files = framesBelow(callingFiles).map(usersFile);
  return [...new Set(files.filter((file) => file !== undefined))];
}

function usersFile(frame: NodeJS.CallSite): string | undefined {
  const name = frame.getFileName();
  if (name === null || name === undefined || name.startsWith('node:')) return undefined;
  const file = name.startsWith('file:') ? fileURLToPath(name) : name;
  return path.isAbsolute(file) && !file.startsWith(PACKAGE_ROOT) ? file : undefined;
}

/** What compilers write for the initial values of fields: it hands on whatever it was given. Istanbul's counters come before. */
const MADE_FOR_FIELDS =
  /\bconstructor\s*\((?:\)[^{}]*\{[^{}]*\bsuper\(\.\.\.arguments\)|\.\.\.([\w$]+)\)[^{}]*\{[^{}]*\bsuper\(\.\.\.\1\))/;

/**
 * Takes the constructors that nobody has written out of the stack of an error, and of its cause. Their place is the line of the class, where nothing is wrong.
 * @param Class what was constructed
 */
export function hideUnwrittenConstructors(error: unknown, Class: abstract new (...args: never[]) => unknown): void {
  const stack = error instanceof Error ? stackOf(error) : undefined;
  if (stack === undefined) return;
  const unwritten = new Set<string>();
  for (let at: unknown = Class; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    const text = Function.prototype.toString.call(at);
    if (!/\bconstructor\s*\(/.test(text) || MADE_FOR_FIELDS.test(text)) unwritten.add(classNameOf(at));
  }
  const isUnwritten = (line: string): boolean => {
    const name = /^\s+at new (\S+) /.exec(line)?.[1];
    return name !== undefined && unwritten.has(name.replace('<anonymous>', ''));
  };
  (error as Error).stack = stack
    .split('\n')
    .filter((line) => !isUnwritten(line))
    .join('\n');
  hideUnwrittenConstructors((error as Error).cause, Class);
}

function classNames(instance: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: unknown = instance.constructor; typeof at === 'function'; at = Object.getPrototypeOf(at)) names.add(classNameOf(at));
  return names;
}

/** The stack below the call of `ours`, as it is before a runner prints it. */
function framesBelow(ours: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  let frames: readonly NodeJS.CallSite[] = [];
  const prepare: typeof Error.prepareStackTrace = (_error, callSites) => {
    frames = callSites;
    return '';
  };
  // A frozen Error has no frames for anybody but Node.
  if (!putInPlace(prepare, descriptor)) return frames;
  try {
    // Reading the stack is what calls the function above.
    String(captureStack(MOST_FRAMES, ours).stack);
    return frames;
  } finally {
    if (descriptor === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', descriptor);
  }
}

/** Beside an accessor of somebody's, which would keep what it is given. @returns whether that could be done */
function putInPlace(prepare: typeof Error.prepareStackTrace, before: PropertyDescriptor | undefined): boolean {
  if (before?.set === undefined) return Reflect.set(Error, 'prepareStackTrace', prepare);
  return Reflect.defineProperty(Error, 'prepareStackTrace', { value: prepare, configurable: true, writable: true });
}
