/**
 * The shared pieces that join the two sides: two ports and a few words of shared memory. Both sides.
 *
 * Either side may block on the memory instead of waiting for its event loop, so each sender adds to the other's word and notifies it
 * after every post.
 */
import type { MessagePort } from 'node:worker_threads';

/** Index of the word in `wake` that the host adds to after each post on any port, for a blocked test side. */
export const WAKE_TEST_SIDE = 0;
/** Index of the word in `wake` that the test side adds to after each loader reply, for a host blocked in `require`. */
export const WAKE_LOADER = 1;
/** Index of the word in `wake` that says what the foreground's loader is at: `LOADER_IDLE`, `LOADER_COMPILING` or `LOADER_WAITING`. */
export const LOADER_STATE = 2;
export const LOADER_IDLE = 0;
/** It works, and answers when it is done: no reason to take it for blocked. */
export const LOADER_COMPILING = 1;
/** It waits for an asynchronous transform, which a blocked thread never gets. */
export const LOADER_WAITING = 2;
/** Index of the word in `wake` that the test side adds to after each command, for a host that looks for the next one before it sleeps. */
export const WAKE_HOST = 3;
/** Words in `wake`. */
export const WAKE_WORDS = 4;

/** Adds to a word of `wake`, and wakes the thread that waits for that. */
export function ring(wake: Int32Array, word: number): void {
  Atomics.add(wake, word, 1);
  Atomics.notify(wake, word);
}

/** One side's ends of what joins it to the other. */
export interface Channels {
  /** Commands and events: `ToHost` one way, `FromHost` the other. */
  readonly control: MessagePort;
  /** `LoaderRequest` from the host, `LoaderReply` back. */
  readonly loader: MessagePort;
  readonly wake: Int32Array;
}

/** What a thread is made with. */
export interface ThreadData extends Channels {
  /** The host as an earlier thread has compiled it; a thread that gets none gives its own. */
  readonly compiled: CompiledHost | undefined;
  /** What earlier threads have found out about modules. */
  readonly found: readonly SharedArrayBuffer[];
}

/** The host's code, in shared memory where another thread gets it. */
export interface CompiledHost {
  /** V8's, for this text only. */
  readonly code: Uint8Array;
  /** In ASCII: quicker from memory than from its file. */
  readonly text: Uint8Array;
}

/** Posted on a thread's own port, which is otherwise the user's. */
export interface CompiledHostMessage {
  readonly compiledHost: CompiledHost;
}

/** What a thread has found out about modules of node_modules, for the threads after it: opaque to the test side. */
export interface ModuleBatch {
  /** Names what is in it, so that what two threads found out at once is kept once. */
  readonly contents: readonly string[];
  readonly shared: SharedArrayBuffer;
}

/** Posted on a thread's own port, whenever there is more. */
export interface FoundModulesMessage {
  readonly foundModules: ModuleBatch;
}
