/**
 * Answers the test side's calls, and gives the server the functions that the test handed over. Server side.
 */
import { StoppedError } from '../../errors/errors';
import { captureStack, usersFrames } from '../../errors/frames';
import { decodeThrown, encodeError } from '../../protocol/errors';
import type { CallbackAnswer, CallCommand, ControllerId } from '../../protocol/messages';
import { decode, encode, transferListOf } from '../../protocol/values';
import type { Post } from '../channel';
import { callMember, reach, readMember } from './members';
import { encodeOwnCall, warnedOf } from './unclonable';

/** What calls reach; asked for at each call, since they come and go. */
export interface CallSubjects {
  /** The controller, or the exports of a module that is none. */
  controller(): unknown;
  server(): unknown;
}

interface PendingCallback {
  readonly promise: Promise<unknown>;
  /** Where the server's code called the function; its stack is a text only when it is asked for. */
  readonly site: { readonly stack?: string | undefined };
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A function of the test's, as the server side knows it. */
interface Imported {
  readonly callable: WeakRef<(...args: unknown[]) => Promise<unknown>>;
  received: number;
}

/** Two or three of them are this package's own. */
const SITE_FRAMES = 8;

/** Numbers callbacks across all controllers of this loop. */
let lastCallback = 0;

export class RemoteAnswers {
  readonly #post: Post;
  readonly #subjects: CallSubjects;
  readonly #callbacks = new Map<number, PendingCallback>();
  readonly #imported = new Map<number, Imported>();
  #collected: FinalizationRegistry<{ readonly id: ControllerId; readonly number: number }> | undefined;
  #stopped = false;

  constructor(post: Post, subjects: CallSubjects) {
    this.#post = post;
    this.#subjects = subjects;
  }

  /** Calls, reads or assigns a member, and posts the outcome. Never rejects. */
  async answer(command: CallCommand): Promise<void> {
    const { id, call } = command;
    try {
      const value = await this.#outcome(command);
      this.#post({ type: 'returned', id, call, value }, [...transferListOf(value)] as never[]);
    } catch (error) {
      this.#post({ type: 'threw', id, call, error: encodeError(error) });
    }
  }

  /** Takes what a function of the test's gave. */
  answered({ callback, outcome, orphaned }: CallbackAnswer): void {
    const pending = this.#callbacks.get(callback);
    if (pending === undefined) return;
    this.#callbacks.delete(callback);
    if (orphaned === true) void quietly(pending.promise);
    try {
      if (outcome.ok) pending.resolve(decode(outcome.value));
      else pending.reject(warnedOf(withSite(decodeThrown(outcome.error), pending)));
    } catch (error) {
      pending.reject(error);
    }
  }

  /** The controller stops: functions of the test's answer no more. */
  stop(): void {
    this.#stopped = true;
    for (const { promise, reject } of this.#callbacks.values()) {
      void quietly(promise);
      reject(stoppedError());
    }
    this.#callbacks.clear();
  }

  async #outcome({ id, subject, member, verb, args }: CallCommand): Promise<ReturnType<typeof encode>> {
    const decoded = decode(args, (number, name) => this.#import(id, number, name));
    const given: readonly unknown[] = Array.isArray(decoded) ? decoded : [];
    const owner = subject === 'controller' ? this.#subjects.controller() : this.#subjects.server();
    const holder = reach(owner, subject, member);
    if (verb === 'set') {
      if (!Reflect.set(holder, member, given[0]))
        throw new TypeError(`${member} can only be read. Give it a setter, or add a method that changes it.`);
      return encode(undefined);
    }
    const reached = readMember(holder, member);
    // A method that is read goes as a mark: whoever reads it blocking wants to know whether to call it.
    if (verb === 'get' && typeof reached.value === 'function') return encode(reached.value, () => 0);
    const result = verb === 'get' ? reached.value : callMember(reached, member, given);
    // Methods that return their own object, for chaining. Asked first, since an application may be a thenable.
    if (result === owner) return encode(undefined);
    return encode(await result, undefined, verb === 'apply' && typeof reached.value === 'function' ? `${member}()` : member);
  }

  /** The function of that number: the same one as long as the server side holds it, so that listeners can be removed again. */
  #import(id: ControllerId, number: number, name: string): (...args: unknown[]) => Promise<unknown> {
    const known = this.#imported.get(number);
    const held = known?.callable.deref();
    if (known !== undefined && held !== undefined) {
      known.received += 1;
      return held;
    }
    const callable = (...args: unknown[]): Promise<unknown> => this.#callBack(id, { number, name }, args);
    Object.defineProperty(callable, 'name', { value: name });
    this.#imported.set(number, { callable: new WeakRef(callable), received: (known?.received ?? 0) + 1 });
    this.#collected ??= new FinalizationRegistry((dropped) => {
      this.#drop(dropped.id, dropped.number);
    });
    this.#collected.register(callable, { id, number });
    return callable;
  }

  #drop(id: ControllerId, number: number): void {
    const entry = this.#imported.get(number);
    // Received again meanwhile: there is a new one of that number.
    if (entry === undefined || entry.callable.deref() !== undefined || this.#stopped) return;
    this.#imported.delete(number);
    this.#post({ type: 'callbackDropped', id, function: number, received: entry.received });
  }

  #callBack(
    id: ControllerId,
    { number, name }: { readonly number: number; readonly name: string },
    args: readonly unknown[],
  ): Promise<unknown> {
    if (this.#stopped) return quietly(Promise.reject(stoppedError()));
    const callback = ++lastCallback;
    const site = captureStack(SITE_FRAMES);
    let settle: Pick<PendingCallback, 'resolve' | 'reject'> | undefined;
    const promise = new Promise((resolve, reject: (error: unknown) => void) => {
      const encoded = encodeOwnCall(name, args);
      this.#post({ type: 'callback', id, callback, function: number, args: encoded }, [...transferListOf(encoded)] as never[]);
      settle = { resolve, reject };
    });
    if (settle !== undefined) this.#callbacks.set(callback, { promise, site, resolve: settle.resolve, reject: settle.reject });
    return promise;
  }
}

function stoppedError(): StoppedError {
  return new StoppedError(
    "The controller was stopped, so the function of the test that was called answers no more. Let the server's code end when its `signal` is aborted.",
  );
}

/** The lines of the test's function come first, those of the server's code that called it after: where nothing catches the error, that is to be mended. */
function withSite(thrown: unknown, { site }: PendingCallback): unknown {
  if (thrown instanceof Error) thrown.stack = [thrown.stack ?? '', ...usersFrames(site.stack ?? '')].join('\n');
  return thrown;
}

/** Nobody need handle this rejection. */
function quietly<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
