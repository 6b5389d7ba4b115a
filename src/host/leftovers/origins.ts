/**
 * Remembers where timers and handles were made, for the report of what is left of them. Server side.
 *
 * Node's diagnostics channels tell of most handles while they are made. Of timers and file watchers nobody tells, so the functions that
 * make them are wrapped. A stack is only formatted when it is asked for: until then it costs some microseconds.
 */
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import * as path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { captureStack, USERS_DEPTH, usersFrames } from '../../errors/frames';
import { LONGEST_DELAY, now } from '../../time/clock';
import { followRef } from './follow-ref';
import fs = require('node:fs');
import timers = require('node:timers');

const origins = new WeakMap<object, { readonly stack?: string | undefined }>();

interface MadeTimer {
  /** Weak, for most are over long before anybody asks. */
  readonly reference: WeakRef<NodeJS.Timeout>;
  /** Milliseconds after which it fires and is over; infinite for one that fires again and again. */
  readonly delay: number;
}

let madeTimers: MadeTimer[] = [];
let pruneAt = 64;
const madeWorkers = new Set<Worker>();
const madeWhen = new WeakMap<Worker, number>();
const silentWorkers = new WeakSet<Worker>();
const toldToEnd = new WeakSet<Worker>();

/** Begins to remember, and hands on each child process that is made. Call it before anything of the user's loads. */
export function rememberOrigins(onChild: (child: ChildProcess) => void): void {
  // The names differ with Node's version and with the part that publishes.
  for (const [channel, key] of [
    ['net.client.socket', 'socket'],
    ['tracing:net.server.listen:asyncStart', 'server'],
    ['udp.socket', 'socket'],
    ['child_process', 'process'],
    ['worker_threads', 'worker'],
  ] as const) {
    subscribe(channel, (message) => {
      const made = (message as Record<string, unknown>)[key];
      if (typeof made !== 'object' || made === null) return;
      remember(made);
      if (key === 'worker') noteWorker(made as Worker);
      if (key === 'process') onChild(made as ChildProcess);
    });
  }
  wrapTimers();
  wrapWatchers();
}

/** The user's line where it was made, e.g. `startTicker (/app/ticker.ts:5:3)`; undefined where that is not known. */
export function originOf(made: object): string | undefined {
  const stack = origins.get(made)?.stack;
  if (stack === undefined) return undefined;
  const frames = usersFrames(stack)
    // `at new Promise (<anonymous>)` is a frame without a place.
    .filter((line) => /:\d+:\d+\)?$/.test(line))
    .map((line) => line.replace(/^\s+at /, ''));
  return frames.find((line) => !line.includes(`${path.sep}node_modules${path.sep}`)) ?? frames[0];
}

/** The timers of the user's that are still to fire and keep a process alive: all, or those that fire once, with a delay of `delay` at most. */
export function liveTimers({ delay: atMost = Infinity }: { readonly delay?: number } = {}): readonly NodeJS.Timeout[] {
  prune();
  return madeTimers
    .filter(({ delay }) => delay <= atMost)
    .flatMap(({ reference }) => reference.deref() ?? [])
    .filter((timer) => timer.hasRef());
}

/** The user's threads that have not ended and keep a process alive. */
export function liveWorkers(): readonly Worker[] {
  return [...madeWorkers].filter((worker) => originOf(worker) !== undefined);
}

/** Those of them that were made less than `age` milliseconds ago. */
export function youngWorkers(age: number): readonly Worker[] {
  return liveWorkers().filter((worker) => now() - (madeWhen.get(worker) ?? -Infinity) < age);
}

/** Those of the young that have not said anything yet. */
export function bootingWorkers(age: number): readonly Worker[] {
  return youngWorkers(age).filter((worker) => silentWorkers.has(worker));
}

/** Those that have been told to end, and have not ended yet. */
export function departingWorkers(): readonly Worker[] {
  return liveWorkers().filter((worker) => toldToEnd.has(worker));
}

function remember(made: object): void {
  origins.set(made, captureStack(USERS_DEPTH));
}

function noteWorker(worker: Worker): void {
  madeWorkers.add(worker);
  madeWhen.set(worker, now());
  silentWorkers.add(worker);
  const { terminate } = worker;
  worker.terminate = (...args) => {
    toldToEnd.add(worker);
    return terminate.apply(worker, args);
  };
  worker.once('message', () => silentWorkers.delete(worker));
  const forget = followRef(worker, (isReferenced) => {
    if (isReferenced) madeWorkers.add(worker);
    else madeWorkers.delete(worker);
  });
  worker.once('exit', () => {
    forget();
    madeWorkers.delete(worker);
  });
}

type MakeTimer = (...args: never[]) => NodeJS.Timeout;

function wrapTimers(): void {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const make = timers[name] as MakeTimer;
    const wrapped = function (...args: never[]): NodeJS.Timeout {
      const timer = make(...args);
      remember(timer);
      madeTimers.push({ reference: new WeakRef(timer), delay: name === 'setTimeout' ? delayOf(args[1]) : Infinity });
      if (madeTimers.length >= pruneAt) prune();
      return timer;
    };
    replace(timers, name, make, wrapped);
    replace(globalThis, name, make, wrapped);
  }
}

/** As Node reads it: what is no number, or none that its timers hold, is one millisecond. */
function delayOf(given: unknown): number {
  const delay = Number(given);
  return delay >= 1 && delay <= LONGEST_DELAY ? delay : 1;
}

function prune(): void {
  madeTimers = madeTimers.filter(({ reference }) => {
    const timer = reference.deref() as { readonly _destroyed?: boolean } | undefined;
    return timer !== undefined && timer._destroyed !== true;
  });
  pruneAt = Math.max(64, madeTimers.length * 2);
}

function wrapWatchers(): void {
  for (const name of ['watch', 'watchFile'] as const) {
    const make = fs[name] as (...args: unknown[]) => object;
    replace(fs, name, make, function (this: unknown, ...args: unknown[]): object {
      const watcher = make.apply(this, args);
      remember(watcher);
      return watcher;
    });
  }
}

/** Keeps name, length and what else hangs on the original, such as its form for `util.promisify`. */
function replace(owner: object, name: string, original: object, wrapped: object): void {
  const own = Object.getOwnPropertyDescriptors(original);
  Object.defineProperties(wrapped, { ...own, prototype: { value: undefined, writable: true } });
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, enumerable: descriptor?.enumerable ?? true, writable: true, value: wrapped });
}
