/**
 * Shows places in the source to whatever formats stacks by itself, as source-map-support, its copies in bundles and Next.js do. Server side.
 *
 * Once they have replaced `Error.prepareStackTrace`, Node maps nothing any more. What they look for are source maps in files, where those of the
 * project's transform are not.
 */
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

type CallSite = NodeJS.CallSite;
type Prepare = (this: unknown, error: Error, frames: readonly CallSite[]) => unknown;

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `changes` tells of a file whether something else runs than its own text. */
export function showSourceFrames(changes: (file: string) => boolean): void {
  const nodes: unknown = Error.prepareStackTrace;
  /** What was made here, which whoever keeps it and sets it again gets as it is. */
  const made = new WeakSet<object>();
  /** The frames behind those that are shown. One formatter may hand its frames on to the one before it. */
  const shown = new WeakMap<CallSite, CallSite>();
  const show = (frame: CallSite): CallSite => {
    if (shown.has(frame) || !changes(fileOf(frame) ?? '')) return frame;
    const mapped = mappedFrame(frame);
    shown.set(mapped, frame);
    return mapped;
  };
  const wrap = (prepare: Prepare): Prepare => {
    const wrapped: Prepare = function (error, frames) {
      return prepare.call(this, error, frames.map(show));
    };
    made.add(wrapped);
    return Object.defineProperty(wrapped, 'name', { value: prepare.name });
  };
  let current = typeof nodes === 'function' ? mapsByItself(nodes as Prepare) : nodes;
  /** Node's own, for who keeps it and hands frames on to it, as Babel does: what is shown would be looked up a second time. */
  function mapsByItself(prepare: Prepare): Prepare {
    const own: Prepare = (error, frames) =>
      prepare(
        error,
        frames.map((frame) => shown.get(frame) ?? frame),
      );
    made.add(own);
    return own;
  }
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    get: () => current,
    set(value: unknown) {
      // Node knows its own by what it is, and maps by itself then.
      const isForeign = typeof value === 'function' && value !== nodes && !made.has(value);
      current = isForeign ? wrap(value as Prepare) : value;
    },
  });
}

/** The same frame, at its place in the source. Such libraries copy the methods of its prototype, and call them on it. */
function mappedFrame(frame: CallSite): CallSite {
  let place: Place | undefined;
  const find = (): Place | undefined => (place ??= placeInSource(frame));
  const changed: Readonly<Record<PropertyKey, () => unknown>> = {
    getFileName: () => find()?.file ?? frame.getFileName(),
    getScriptNameOrSourceURL: () => find()?.file ?? frame.getScriptNameOrSourceURL(),
    getLineNumber: () => find()?.line ?? frame.getLineNumber(),
    getColumnNumber: () => find()?.column ?? frame.getColumnNumber(),
    toString: () => (find() === undefined ? String(frame) : String(frame).replace(written(frame), () => written(frame, find()))),
  };
  return new Proxy(frame, {
    get(_target, name) {
      if (Object.hasOwn(changed, name)) return changed[name];
      const value: unknown = Reflect.get(frame, name, frame);
      return typeof value === 'function' ? (value.bind(frame) as unknown) : value;
    },
  });
}

/** As a stack has it. */
function written(frame: CallSite, place?: Place): string {
  const { file, line, column } = place ?? { file: frame.getFileName(), line: frame.getLineNumber(), column: frame.getColumnNumber() };
  return [file, line, column].join(':');
}

function placeInSource(frame: CallSite): Place | undefined {
  const [file, line, column] = [fileOf(frame), frame.getLineNumber(), frame.getColumnNumber()];
  if (file === undefined || line === null || column === null) return undefined;
  try {
    const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !('originalSource' in entry)) return undefined;
    return { file: asPath(entry.originalSource), line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  } catch {
    // A stack must come, though its map cannot be read.
    return undefined;
  }
}

function fileOf(frame: CallSite): string | undefined {
  const name = frame.getFileName() as string | null | undefined;
  return typeof name === 'string' ? asPath(name) : undefined;
}

/** ES modules are known by their urls. */
function asPath(name: string): string {
  return name.startsWith('file:') ? fileURLToPath(name) : name;
}
