/**
 * One member of a handle: a function, for the call, that is also thenable, for the value, and of which nothing further is to be had. Test side.
 */
import { UsageError } from '../errors/errors';
import { splitStack } from '../errors/frames';
import type { CallSubject } from '../protocol/messages';
import { memberWords, type CallChannel } from './call-channel';
import { captureCallSite, framesOf, type CallSite } from './call-site';
import { PROBED_NAMES } from './probed-names';
import { whenAborted } from './when-aborted';

export type Member = ((...args: unknown[]) => Promise<unknown>) & PromiseLike<unknown>;

type PromiseMethod = 'then' | 'catch' | 'finally';

/**
 * Where a member was read, for the turn in which it was. A compiler that makes a generator of an asynchronous function has suspended it when
 * somebody looks at `then`, so that the stack there is of its helpers only.
 */
export class LastRead {
  site: CallSite | undefined;

  note(): void {
    const site = captureCallSite(this.note);
    this.site = site;
    // A member that is kept is awaited in another turn, at a line of its own.
    void Promise.resolve().then(() => {
      if (this.site === site) this.site = undefined;
    });
  }
}

interface MemberOptions {
  readonly channel: CallChannel;
  readonly subject: CallSubject;
  readonly signal: AbortSignal | undefined;
  readonly lastRead: LastRead;
}

/** A function, for the call, that is also thenable, for the value. */
export function remoteMember(name: string, { channel, subject, signal, lastRead }: MemberOptions): Member {
  const words = memberWords(subject, name);
  const member = (...args: unknown[]): Promise<unknown> => {
    const call = (): Promise<unknown> => channel.call({ subject, member: name, verb: 'apply', args });
    return signal === undefined ? call() : bounded(call, signal, { words: `${words}()`, site: captureCallSite(member) });
  };
  // `await` looks at `then` where it stands, and calls it in a later turn, whose stack tells nobody where the member was read.
  const promiseMethod = (method: PromiseMethod): PropertyDescriptor => ({
    get() {
      const site = lastRead.site ?? captureCallSite();
      return (...handlers: never[]): unknown => {
        const read = (): Promise<unknown> => channel.call({ subject, member: name, verb: 'get', args: [] }, site);
        const value = signal === undefined ? read() : bounded(read, signal, { words, site });
        return Reflect.apply(value[method] as (...given: never[]) => unknown, value, handlers);
      };
    },
  });
  // A text or a sum would have the source of the function above in it.
  const notAwaited = (): never => {
    throw new UsageError(`${words} is on the server side: await it where its value is used.`);
  };
  Object.defineProperties(member, {
    // Where a matcher was given the member itself, this is all that it prints.
    name: { value: `${words}, not awaited` },
    toString: { value: notAwaited },
    [Symbol.toPrimitive]: { value: notAwaited },
    then: promiseMethod('then'),
    catch: promiseMethod('catch'),
    finally: promiseMethod('finally'),
  });
  return endingThere(member as unknown as Member, words);
}

/** Names that testers of doubles and printers ask any function for. Those that begin with `_` or `@` are never told of either. */
const PROBED_OF_FUNCTIONS: ReadonlySet<string> = new Set([...PROBED_NAMES, 'calls']);

/** The member, of which nothing further is to be had: to plain JavaScript it would be undefined, and what is written there would be lost. */
function endingThere(member: Member, words: string): Member {
  const refusal = (name: string, advice: string): UsageError =>
    new UsageError(`${words}.${name} is two steps away, and a handle goes one: ${advice}.`);
  const unread = (name: string): UsageError =>
    refusal(name, `write (await ${words}).${name} or, of what cannot be copied, let a method beside the server give it`);
  return new Proxy(member, {
    get(target, name) {
      // Every function has one, which of a list that was not awaited would be 0.
      if (name === 'length') return rejecting(unread(name));
      // `remote.broker.call('users.create')`, of a broker of Moleculer's, would call nothing. Nobody's `this` is a text.
      if (name === 'call') {
        return (self: unknown, ...args: unknown[]) => {
          if (typeof self === 'string') throw unread(name);
          return Reflect.apply(target, self, args);
        };
      }
      const isKnown = typeof name === 'symbol' || name in target || /^[_@]/.test(name) || PROBED_OF_FUNCTIONS.has(name);
      if (isKnown) return Reflect.get(target, name) as unknown;
      throw unread(name);
    },
    set(_target, name) {
      throw refusal(String(name), 'let a method beside the server set it');
    },
  });
}

/**
 * Rejects where it is awaited, and is no number to a matcher. It cannot be an error where it is read: Jest reads the length of each hook, to know
 * whether that takes a callback, and `beforeEach(api.remote.reset)` is one.
 */
function rejecting(error: UsageError): PromiseLike<never> {
  return { then: (...handlers) => Promise.reject(error).then(...handlers) };
}

/** What a call is named by where it ends too early. */
interface NamedCall {
  readonly words: string;
  readonly site: CallSite;
}

function bounded(call: () => Promise<unknown>, signal: AbortSignal, named: NamedCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      nameInStack(signal.reason, named);
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    void call().finally(whenAborted(signal, abort)).then(resolve, reject);
  });
}

/** Reasons that name a call: one of several that a signal ends is enough. */
const naming = new WeakSet<object>();

/** The reason stays the signal's own, for those who compare it; where it is printed, its stack says which call it ended, and where that is. */
function nameInStack(reason: unknown, { words, site }: NamedCall): void {
  if (typeof reason !== 'object' || reason === null || naming.has(reason)) return;
  naming.add(reason);
  const { stack } = reason as { readonly stack?: unknown };
  if (typeof stack !== 'string') return;
  const [head, frames] = splitStack(stack);
  const lines = [head, `    ${words} had not answered when its signal was aborted.${frames}`, ...framesOf(site)];
  Reflect.set(reason, 'stack', lines.join('\n'));
}
