/**
 * What a link needs of the thread or process behind it. Test side. Types only.
 */
import type { Channels } from '../protocol/channels';

/** How a thread or process went. */
export interface HostExit {
  /** Its exit code; null where a signal ended it or it could not start. */
  readonly code: number | null;
  /** What Node reported as its end, e.g. `ERR_WORKER_OUT_OF_MEMORY`. */
  readonly error?: unknown;
  readonly signal?: string | undefined;
}

/** A booted or booting host. It is a daemon: unless held by `ref`, it keeps no process alive. */
export interface HostHandle {
  readonly kind: 'thread' | 'process';
  /** The thread's or process's number; 0 while it has none yet. */
  readonly number: number;
  readonly channels: Channels;
  /** Whether it keeps the limits of a start by itself, for several who wait for it. */
  readonly keepsLimits?: boolean;
  /** Milliseconds that it gets to end in order. @default that of its kind */
  readonly endGrace?: number;
  /** What others of its kind have found out about modules since it was made; undefined where nothing is handed on. */
  newlyFound?(): readonly SharedArrayBuffer[];
  /** Milliseconds so far in which its event loop did something, or was blocked; undefined where nobody can tell from here. */
  readonly busyTime?: () => number;
  /** Calls `listener` once when it is gone, at once when it is gone already. */
  onExit(listener: (exit: HostExit) => void): void;
  ref(): void;
  unref(): void;
  /** Ends it without asking; resolves when it is gone. */
  terminate(): Promise<void>;
}

/** Answers what a host's module loader asks for; the Jest environment has one. */
export interface LoaderConnection {
  /** Answers what has arrived, without waiting for the event loop; `blocked` says that the caller goes on blocking its thread. */
  pump(blocked?: boolean): void;
  /** Milliseconds for which answers have been under way so far, to any host. */
  answeringTime(): number;
  close(): void;
}
