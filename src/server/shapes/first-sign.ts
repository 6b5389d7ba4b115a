/**
 * Waits for the first sign that a call has made an object listen. Server side.
 */
import { after, soon } from '../../time/clock';
import { isEmitter, isThenable } from '../members';
import { isBound, type Inner } from './insides';

/** A call that is to make an object listen. */
export interface Beginning {
  readonly value: object;
  /** Makes the call, with a callback that comes last; gives what it returns. */
  begin(done: (error?: unknown) => void): unknown;
  /** The servers and sockets inside the object that have begun to listen by the call; `returned` is what it gave. */
  inner(returned: unknown): readonly Inner[];
  /** Whether it is to be waited for, though it gave no promise and has begun nothing. */
  readonly waits: boolean;
  /** Servers that the object holds and that are still to listen: a call that gives no promise may first await something else. */
  readonly held: readonly Inner[];
}

/** Milliseconds at most for a start that nobody can await: there may be none, and what takes longer is told of as too late. */
export const UNAWAITED_GRACE = 2000;

/**
 * Resolves at the first sign that `begin` has had its effect: its promise; or its callback, or `listening` of the object or of a server
 * inside it. Where nothing of these can be expected it is done when it returns.
 */
export function firstSignOf(beginning: Beginning): Promise<void> {
  return new Promise((resolve, reject) => {
    new FirstSign(beginning, (failure) => {
      if (failure === undefined) resolve();
      else reject(failure.error as Error);
    }).await();
  });
}

/** What a call has failed with, which may be nothing at all. */
interface Failure {
  readonly error: unknown;
}

class FirstSign {
  readonly #beginning: Beginning;
  readonly #over: (failure?: Failure) => void;
  readonly #heard = new Set<NodeJS.EventEmitter>();
  #cancel = (): void => undefined;
  #settled = false;

  constructor(beginning: Beginning, over: (failure?: Failure) => void) {
    this.#beginning = beginning;
    this.#over = over;
  }

  await(): void {
    const { value, begin } = this.#beginning;
    if (isEmitter(value)) this.#hear(value);
    let returned: unknown;
    try {
      returned = begin(this.#calledBack);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (isThenable(returned) && returned !== value) this.#awaitPromise(returned);
    else this.#awaitInner(returned);
  }

  /** Who promises has its own way with the events of what is inside. It is not done before it says so. */
  #awaitPromise(promise: PromiseLike<unknown>): void {
    const { value } = this.#beginning;
    if (isEmitter(value)) value.removeListener('listening', this.#succeed);
    promise.then((given) => {
      this.#awaitBound(given);
    }, this.#fail);
  }

  /** Who hands a server out, as Feathers does, may promise no more than that it was told to listen. */
  #awaitBound(given: unknown): void {
    const unbound = this.#beginning.inner(given).filter((inner) => !isBound(inner));
    if (unbound.length === 0) this.#succeed();
    else for (const emitter of unbound) this.#hear(emitter);
  }

  #awaitInner(returned: unknown): void {
    const { inner } = this.#beginning;
    for (const emitter of inner(returned)) this.#hear(emitter);
    soon(() => {
      if (this.#settled) return;
      const begun = inner(returned);
      if (begun.length === 0) this.#awaitHeld();
      else if (begun.every(isBound)) this.#succeed();
      else for (const emitter of begun) this.#hear(emitter);
    });
  }

  /** Nothing has begun to listen yet. */
  #awaitHeld(): void {
    const { held, waits } = this.#beginning;
    for (const emitter of held) this.#hear(emitter);
    if (waits) return;
    if (held.length === 0) this.#succeed();
    else this.#cancel = after(UNAWAITED_GRACE, this.#succeed);
  }

  #hear(emitter: NodeJS.EventEmitter): void {
    if (!this.#heard.has(emitter)) emitter.prependListener('error', this.#fail).on('listening', this.#succeed);
    this.#heard.add(emitter);
  }

  readonly #succeed = (): void => {
    this.#end();
  };

  readonly #fail = (error: unknown): void => {
    this.#end({ error });
  };

  readonly #calledBack = (error?: unknown): void => {
    if (error === undefined || error === null) this.#succeed();
    else this.#fail(error);
  };

  #end(failure?: Failure): void {
    this.#settled = true;
    this.#cancel();
    for (const emitter of this.#heard) emitter.removeListener('listening', this.#succeed);
    // In the next turn, for a wrapper may pass the error of its server on, which nobody else hears.
    soon(() => {
      for (const emitter of this.#heard) emitter.removeListener('error', this.#fail);
    });
    this.#over(failure);
  }
}
