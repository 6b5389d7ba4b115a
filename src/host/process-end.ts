/**
 * Says how this thread or process ends, before it does: an uncaught error, `process.exit()`, or in order. Server side.
 */
import { captureStack, USERS_DEPTH, usersFrames } from '../errors/frames';
import { encodeError } from '../protocol/errors';
import type { ControllerId, HostCoverage } from '../protocol/messages';
import type { EncodedError } from '../protocol/wire-nodes';
import { now, soon } from '../time/clock';
import type { Post } from './channel';
import { rememberHandled } from './handled-errors';
import { endChildren } from './leftovers/leftovers';

/** Milliseconds for which an error that a handler of the server's own was given counts as why the process is ended then: it may have something to close first. */
const HANDLED_FOR = 10_000;

/** What the host has to say at its end. */
export interface LastMessages {
  /** Whether there is coverage to gather. */
  covers(): boolean;
  /** What was covered until then. */
  coverage(): HostCoverage | undefined;
  /** Whose stops are under way. */
  stops(): readonly ControllerId[];
  /** Says how its servers have fared, where nothing will have asked them: they die. */
  tellOfServers(): void;
}

/**
 * Watches for the end. Call it before anything of the user's loads.
 * @returns ends in order, running exit handlers of the user's
 */
export function watchProcess(post: Post, { covers, coverage, stops, tellOfServers }: LastMessages): () => never {
  // To format a stack takes longer than the rest of an end, so it is done only where somebody else ends it.
  let isOwn = false;
  // As they are before the user's code may replace them.
  const exitInOrder = process.exit.bind(process);
  const endByItself = (code: number): never => {
    isOwn = true;
    return exitInOrder(code);
  };
  const die = (error: unknown): void => {
    if (!isOwn) safely(tellOfServers);
    post({ type: 'crashed', error: encodeError(handled.origin(error)), ...(isOwn ? { ending: true } : {}) });
    endByItself(1);
  };
  const handled = watchHandled(die);
  // Not there before it is needed: reporters of errors end the process by themselves only where nobody else handles them. Where a handler or a
  // domain does, the server survives, as it does elsewhere. Node asks the monitors first, then a domain or the handlers:
  // https://github.com/nodejs/node/blob/v20.20.2/lib/internal/process/execution.js#L185
  process.on('uncaughtExceptionMonitor', (error) => {
    if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) {
      handled.note(error);
      return;
    }
    process.once('uncaughtException', die);
    // It is still there where a callback of `process.addUncaughtExceptionCaptureCallback()`, which Node 26 has, has dealt with the error.
    soon(() => process.removeListener('uncaughtException', die));
  });

  // The very last step of every ordered end: the user's own exit handlers have run by then.
  // https://github.com/nodejs/node/blob/v20.20.2/lib/internal/process/per_thread.js#L216 calls it as a property of `process`.
  const ending = process as unknown as { reallyExit: (code?: number | string) => never };
  const exit = ending.reallyExit.bind(process);
  ending.reallyExit = (code) => {
    const why = isOwn ? {} : { exitedAt: safely(exitFrames), handled: safely(handled.latest) };
    if (!isOwn) safely(tellOfServers);
    endChildren();
    if (covers()) post({ type: 'covering' });
    // Node takes `process.exit('3')`, too, and hands it on as it is.
    post({ type: 'ended', code: Number(code ?? process.exitCode ?? 0), ...why, stops: stops(), coverage: safely(coverage) });
    return exit(code);
  };
  return () => endByItself(0);
}

interface Handled {
  /** An error that Node is about to give a handler. */
  note(error: unknown): void;
  /** The one that was noted last, if that is not long ago. */
  latest(): EncodedError | undefined;
  /** What a promise was rejected with, in place of the error that Node makes of it where it is none; else the error itself. */
  origin(error: unknown): unknown;
}

/** Node's error has of what it stands for a text, as of an object `#<Object>`. */
const NO_ERROR = 'ERR_UNHANDLED_REJECTION';

/**
 * Remembers errors that handlers of the server's own are given; those of `unhandledRejection` by itself, whose handlers nobody else is asked before.
 * @param die - gets what a handler throws, mostly the error again: Node ends the thread or process of it
 */
function watchHandled(die: (error: unknown) => void): Handled {
  let last: { readonly error: unknown; readonly at: number } | undefined;
  let asked: { readonly error: unknown } | undefined;
  let rejected: { readonly reason: unknown } | undefined;
  const origin = (error: unknown): unknown =>
    rejected !== undefined && error instanceof Error && 'code' in error && error.code === NO_ERROR ? rejected.reason : error;
  const keep = (error: unknown): void => {
    last = { error, at: now() };
    rememberHandled(error);
  };
  // A listener would count as a handler. Node calls it as a property of `process`:
  // https://github.com/nodejs/node/blob/v20.20.2/lib/internal/process/promises.js#L250
  const emit = process.emit as (this: unknown, ...args: unknown[]) => boolean;
  process.emit = function (this: unknown, ...args: unknown[]) {
    if (args[0] === 'unhandledRejection') {
      rejected = { reason: args[1] };
      if (process.listenerCount('unhandledRejection') > 0) keep(args[1]);
    }
    // What somebody else than Node emits, its handlers may throw to.
    if (args[0] !== 'uncaughtException' || asked === undefined || asked.error !== args[1]) return emit.apply(this, args);
    asked = undefined;
    try {
      return emit.apply(this, args);
    } catch (error) {
      die(error);
      throw error;
    }
  } as typeof process.emit;
  return {
    note(error) {
      keep(origin(error));
      asked = { error };
    },
    origin,
    latest: () => (last === undefined || now() - last.at > HANDLED_FOR ? undefined : encodeError(last.error)),
  };
}

/** Who called `process.exit()`; undefined where nobody of the user's did. */
function exitFrames(): string | undefined {
  const frames = usersFrames(captureStack(USERS_DEPTH).stack ?? '');
  return frames.length === 0 ? undefined : frames.join('\n');
}

function safely<T>(give: () => T | undefined): T | undefined {
  try {
    return give();
  } catch {
    return undefined;
  }
}
