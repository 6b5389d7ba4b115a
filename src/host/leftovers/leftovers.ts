/**
 * What is still alive on this loop when its last server has closed, and what of that would outlive the loop. Server side.
 */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Leftover } from '../../protocol/messages';
import { isEmitter, method } from '../../server/members';
import { after, now, ownTimers, soon } from '../../time/clock';
import { untilFilesAreDone } from './file-work';
import { bootingWorkers, departingWorkers, liveTimers, liveWorkers, originOf, youngWorkers } from './origins';

/** A handle as Node lists it: mostly the JavaScript object that owns it. */
interface ActiveHandle {
  readonly writableEnded?: boolean;
  readonly constructor?: { readonly name?: string };
  readonly fd?: number;
  readonly destroyed?: boolean;
  readonly _handle?: object | null;
  readonly address?: unknown;
  readonly bind?: unknown;
}

/** Kinds that only the host, Node's module hooks and finished threads have; the user's threads are known otherwise. */
const IGNORED: ReadonlySet<string> = new Set(['MessagePort', 'Pipe', 'TTY', 'TTYWrap']);

/**
 * Milliseconds that connections get at most whose end has been said and not yet been answered, and files that are being written. So do young
 * threads: one that had a single thing to do ends by itself a moment after it has said what came of it.
 */
const FAREWELL = 200;

/** Milliseconds that child processes and threads get at most which have been told to end: a process goes as a whole, with handlers of its own. */
const DEPARTURE = 500;

/** Milliseconds that young threads get at most for their first word: who has made one may let it go when it is ready, as pino does. */
const FIRST_WORD = 500;

/** Milliseconds for which a thread is young. */
const YOUNG = 2000;

/** Milliseconds that timers get at most which were set for no longer and fire once, as a library sets one to take leave of its clients. */
const BRIEF = 50;

/** What would keep a process alive. */
export interface Leftovers {
  readonly timers: readonly Leftover[];
  readonly handles: readonly Leftover[];
}

/**
 * Looks for them now; it may take `left` milliseconds of the stop to see the end of what is just ending. What is done with files counts where the
 * loop `ends`, and would be cut.
 */
export async function leftovers(left: number, { ends }: { readonly ends: boolean }): Promise<Leftovers> {
  // A handle that has just been closed is listed until the end of the turn in which the loop lets go of it.
  await new Promise<void>((resolve) => {
    soon(resolve);
  });
  await new Promise<void>((resolve) => {
    const over = (): void => {
      cancelTimer();
      cancelTurn();
      resolve();
    };
    // Where many have been closed, the timer comes before the next turn does anything else, such as collecting garbage.
    const cancelTimer = after(1, over);
    const cancelTurn = soon(over);
  });
  const limit = Math.min(left, FAREWELL);
  const [onFiles] = await Promise.all([
    ends ? untilFilesAreDone(limit) : [],
    untilAllSaid(['close'], activeHandles().filter(isEnding), limit),
    untilAllSaid(['exit'], [...activeHandles().filter(isDeparting), ...departingWorkers()], Math.min(left, DEPARTURE)),
    untilAllSaid(['exit'], youngWorkers(YOUNG), limit),
    untilAllSaid(['message', 'exit'], bootingWorkers(YOUNG), Math.min(left, FIRST_WORD)),
    untilBriefTimersFire(Math.min(left, BRIEF)),
  ]);
  return {
    timers: [
      ...liveTimers().map((timer) => describe('Timeout', timer)),
      ...Array.from({ length: otherTimers() }, () => ({ type: 'Timeout' })),
    ],
    handles: [
      ...activeHandles().map((handle) => describe(typeOf(handle), handle)),
      ...liveWorkers().map((made) => describe('Worker', made)),
      ...onFiles.map((type) => ({ type })),
    ],
  };
}

/** A socket that was ended, as a proxy ends its second half with the first: it closes when the other side has ended its own. */
function isEnding(handle: ActiveHandle): handle is ActiveHandle & Socket {
  return handle.writableEnded === true && isEmitter(handle);
}

/** A child process that was killed or disconnected, which has not ended yet. */
function isDeparting(handle: ActiveHandle): handle is ActiveHandle & ChildProcess {
  if (!isChild(handle)) return false;
  // Only one with a channel has the method, and is `connected` at first.
  return handle.killed || (method(handle, 'disconnect') !== undefined && !handle.connected);
}

/** Until each has emitted one of `events`. */
function untilAllSaid(events: readonly string[], emitters: readonly NodeJS.EventEmitter[], limit: number): Promise<void> {
  if (emitters.length === 0 || limit <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const silent = new Map<NodeJS.EventEmitter, () => void>();
    const end = (): void => {
      cancel();
      // They may live on with their loop, and be waited for at its next stop.
      for (const [emitter, said] of silent) for (const event of events) emitter.removeListener(event, said);
      resolve();
    };
    const cancel = after(limit, end);
    for (const emitter of emitters) {
      const said = (): void => {
        silent.delete(emitter);
        if (silent.size === 0) end();
      };
      silent.set(emitter, said);
      for (const event of events) emitter.once(event, said);
    }
  });
}

function untilBriefTimersFire(limit: number): Promise<void> {
  const since = now();
  return new Promise((resolve) => {
    const look = (): void => {
      // Of the others nobody tells for how long they were set.
      if ((liveTimers({ delay: BRIEF }).length === 0 && otherTimers() === 0) || now() - since >= limit) resolve();
      // In the turn's later half, when all timers have fired that were due: this loop may have been held up.
      else after(1, () => soon(look));
    };
    look();
  });
}

/** The number of those of `node:timers/promises` and of Node's own making, which are only counted. */
function otherTimers(): number {
  const all = process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  return Math.max(0, all - liveTimers().length - ownTimers());
}

/** Child processes, unless they are `unref`ed, which would go on alone: nothing of Node's ends them with the loop that made them. */
export function endChildren(): void {
  for (const child of activeHandles().filter(isChild)) {
    try {
      child.kill();
    } catch {
      // It runs as another user, and its error has no listener: the end goes on all the same.
    }
  }
}

/** Has none of them keep the loop alive any more. */
export function letGo(): void {
  for (const held of [...allHandles(), ...liveTimers()]) method(held, 'unref')?.();
}

function activeHandles(): readonly ActiveHandle[] {
  const handles = allHandles();
  // The pipes of a child process are part of it, and nobody made them by themselves.
  const pipes = new Set<unknown>(handles.filter(isChild).flatMap(({ stdio }) => stdio as readonly (Socket | null)[]));
  return handles.filter(
    (handle) =>
      !pipes.has(handle) &&
      // To look at a datagram socket like that is deprecated, and would be said among the server's output (DEP0112).
      (isDatagram(handle) ? !isUnbound(handle) : handle._handle !== null) &&
      handle.destroyed !== true &&
      !(typeof handle.fd === 'number' && handle.fd <= 2) &&
      !IGNORED.has(typeOf(handle)),
  );
}

function allHandles(): readonly ActiveHandle[] {
  // The public `getActiveResourcesInfo` tells kinds only: neither whether a handle is closed nor whose it is.
  const { _getActiveHandles: list } = process as { _getActiveHandles?: () => readonly ActiveHandle[] };
  return list?.call(process) ?? [];
}

function isDatagram(handle: ActiveHandle): handle is ActiveHandle & { address(): unknown } {
  return typeof handle.bind === 'function' && typeof handle.address === 'function';
}

/** Whether it is closed or has no port, such as a library makes for its clients when it is loaded: that keeps nothing alive. */
function isUnbound(handle: { address(): unknown }): boolean {
  try {
    handle.address();
    return false;
  } catch {
    return true;
  }
}

function isChild(handle: ActiveHandle): handle is ActiveHandle & ChildProcess {
  return typeOf(handle) === 'ChildProcess' && Array.isArray((handle as Partial<ChildProcess>).stdio);
}

function typeOf(handle: ActiveHandle): string {
  return handle.constructor?.name ?? 'Handle';
}

function describe(type: string, made: object): Leftover {
  const madeAt = originOf(made);
  return madeAt === undefined ? { type } : { type, madeAt };
}
