/**
 * The line of the test that asked for something, in the errors that come of it: a start, a wait. Test side.
 */
import { isFrame, isNodeFrame, isOwnFrame, isPackageFrame, placeOf } from '../../errors/frames';
import { framesOf, type CallSite } from '../../remote/call-site';

/**
 * Puts the frames of `site` below the user's own in the stack of an error, unless its file is there already. Where those are Node's and Jest's
 * only, or none, it comes first, so that Jest shows that line. This package's frames are left out.
 */
export function withPlace(error: unknown, site: CallSite): unknown {
  return withFrames(error, usersFrames(site));
}

/** The same where no line of the test asked for it, such as a stop by a hook of this package's: with the place where its controller was made. */
export function withMaker<Raised>(error: Raised, { madeAt }: { readonly madeAt?: string | null }): Raised {
  return typeof madeAt === 'string' ? (withFrames(error, [`    at ${madeAt}`]) as Raised) : error;
}

function withFrames(error: unknown, place: readonly string[]): unknown {
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (typeof stack !== 'string') return error;
  const lines = stack.split('\n').filter((line) => !isOwnFrame(line));
  const first = lines.findIndex(isFrame);
  const head = withText(first < 0 ? lines : lines.slice(0, first), error as object);
  const frames = first < 0 ? [] : lines.slice(first);
  const file = fileOf(place[0]);
  const missing = file !== undefined && frames.some((frame) => fileOf(frame) === file) ? [] : place;
  const ordered = frames.every(isNobodys) ? [...missing, ...frames] : [...frames, ...missing];
  // A frozen error stays as it is.
  Reflect.set(error as object, 'stack', [...head, ...ordered].join('\n'));
  return error;
}

/** `at run (/app/a.test.ts:3:5)` → `/app/a.test.ts`. */
function fileOf(frame = ''): string | undefined {
  return placeOf(frame)?.replace(/:\d+:\d+$/, '');
}

/** Jest shows the stack alone where there is one, and ts-jest's errors of types come with an empty one. */
function withText(head: readonly string[], error: object): readonly string[] {
  return head.some((line) => line.trim() !== '') ? head : [Error.prototype.toString.call(error)];
}

/** Without what is around a test file: the runner. */
function usersFrames(site: CallSite): readonly string[] {
  const frames = framesOf(site).filter((line) => !isNodeFrame(line));
  const users = frames.filter((line) => !isPackageFrame(line));
  return users.length > 0 ? users : frames.filter((line) => !isNobodys(line)).slice(0, 1);
}

/** Jest leaves its own frames out of what it prints, but never the first. */
function isNobodys(line: string): boolean {
  return isNodeFrame(line) || /[\\/]node_modules[\\/]jest-(?:circus|runner)[\\/]|\(<anonymous>\)$/.test(line);
}
