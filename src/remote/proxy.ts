/**
 * The handles that users hold: each member of what is behind them is a call away. Test side.
 */
import { inspect } from 'node:util';
import { UsageError } from '../errors/errors';
import { splitStack } from '../errors/frames';
import type { CallSubject } from '../protocol/messages';
import { captureCallSite, framesOf, type CallSite } from './call-site';
import { memberWords, METHOD, type CallChannel } from './call-channel';
import { PROBED_NAMES } from './probed-names';

/** Never members: with `then`, `await controller.remote` would be a call. */
const NEVER_REMOTE: ReadonlySet<string> = new Set([...PROBED_NAMES, 'constructor', 'prototype', '__proto__']);

/** What printers find as the class of a handle. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a name is all that it is for
class RemoteHandle {}

/** Gives the same handle with an AbortSignal to its calls. Registered, so that it is found across copies of the package. */
const WITH_SIGNAL = Symbol.for('jest-controller.withSignal');

type Member = ((...args: unknown[]) => Promise<unknown>) & PromiseLike<unknown>;

/** A handle whose members are called or awaited: `await remote.add(1)`, `await remote.count`. */
export function createRemote(channel: CallChannel, subject: CallSubject, signal?: AbortSignal): object {
  const members = new Map<string, { readonly member: Member; readonly lastRead: LastRead }>();
  return handle({
    get(name) {
      let known = members.get(name);
      if (known === undefined) {
        const lastRead = new LastRead();
        known = { member: remoteMember(name, { channel, subject, signal, lastRead }), lastRead };
        members.set(name, known);
      }
      known.lastRead.note();
      return known.member;
    },
    set(name, value) {
      throw refusedAssignment(subject, name, value);
    },
    withSignal: (given) => createRemote(channel, subject, given),
  });
}

function refusedAssignment(subject: CallSubject, name: string, value: unknown): UsageError {
  const words = memberWords(subject, name);
  // A spy of Jest's is such a function. Nothing on the server side would call it.
  if (typeof value === 'function') return refusedDouble(words);
  if (subject === 'server') return new UsageError(`${words} cannot be assigned from the test: set it by a method of the class.`);
  return new UsageError(`${words} cannot be assigned, since nobody could await it: use remoteSync.${name}, or a method that sets it.`);
}

function refusedDouble(words: string): UsageError {
  return new UsageError(
    `${words} cannot be replaced from the test. Make its spy or double beside the server, by a method that uses \`spyOn\` or \`fn\` of the package jest-mock.`,
  );
}

function isMock(value: unknown): boolean {
  return typeof value === 'function' && '_isMockFunction' in value;
}

/** A handle whose members block: `remoteSync.add(1)`, `remoteSync.count`, `remoteSync.count = 2`. */
export function createRemoteSync(channel: CallChannel, subject: CallSubject): object {
  const methods = new Map<string, (...args: unknown[]) => unknown>();
  return handle({
    get(name) {
      const known = methods.get(name);
      if (known !== undefined) return known;
      const value = channel.callSync({ subject, member: name, verb: 'get', args: [] });
      if (value !== METHOD) return value;
      const method = (...args: unknown[]): unknown => channel.callSync({ subject, member: name, verb: 'apply', args });
      methods.set(name, method);
      return method;
    },
    set(name, value) {
      // `jest.spyOn()` has read the method, which its spy would call for ever. Another function may well be what a field is to hold.
      if (methods.has(name) && isMock(value)) throw refusedDouble(`remoteSync.${name}`);
      channel.callSync({ subject, member: name, verb: 'set', args: [value] });
    },
    withSignal() {
      throw new UsageError(
        'A blocking call cannot be aborted: nothing else runs in its thread meanwhile. Use `remote` instead of `remoteSync`.',
      );
    },
  });
}

/**
 * The same handle, its calls bounded by `signal`: they reject with its reason when it aborts, whose stack then names the call. What runs on the
 * server side goes on.
 * @param remote a controller's `remote` or `server`
 * @throws {@link UsageError} for anything else; a blocking call cannot be aborted
 * @category Remote
 * @example
 * await withSignal(api.remote, AbortSignal.timeout(100)).reindex();
 */
export function withSignal<Handle extends object>(remote: Handle, signal: AbortSignal): Handle {
  const bound: unknown = (remote as { [WITH_SIGNAL]?: unknown })[WITH_SIGNAL];
  if (typeof bound !== 'function') throw new UsageError(`Expected a controller's \`remote\`, got ${inspect(remote, { depth: 0 })}.`);
  return (bound as (signal: AbortSignal) => Handle)(signal);
}

interface HandleTraps {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  withSignal(signal: AbortSignal): object;
}

function handle(traps: HandleTraps): object {
  // Node prints the target of a proxy, past its traps.
  const target = Object.create(null, { [inspect.custom]: { value: () => 'Remote {}' } }) as object;
  return new Proxy(target, {
    get(_target, name) {
      if (name === WITH_SIGNAL) return traps.withSignal;
      if (name === Symbol.toStringTag) return 'Remote';
      // Else a text with the handle in it would be calls of its members toString() and valueOf().
      if (name === Symbol.toPrimitive) return () => '[object Remote]';
      if (name === inspect.custom) return Reflect.get(target, name) as unknown;
      if (name === 'constructor') return RemoteHandle;
      if (typeof name === 'symbol' || NEVER_REMOTE.has(name) || name.startsWith('@@')) return undefined;
      return traps.get(name);
    },
    set(_target, name, value) {
      if (typeof name === 'symbol' || NEVER_REMOTE.has(name)) return false;
      traps.set(name, value);
      return true;
    },
  });
}

type PromiseMethod = 'then' | 'catch' | 'finally';

/**
 * Where a member was read, for the turn in which it was. A compiler that makes a generator of an asynchronous function has suspended it when
 * somebody looks at `then`, so that the stack there is of its helpers only.
 */
class LastRead {
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
function remoteMember(name: string, { channel, subject, signal, lastRead }: MemberOptions): Member {
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
    name: { value: name },
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
  return new Proxy(member, {
    get(target, name) {
      const isKnown = typeof name === 'symbol' || name in target || /^[_@]/.test(name) || PROBED_OF_FUNCTIONS.has(name);
      if (isKnown) return Reflect.get(target, name) as unknown;
      throw refusal(name, `write (await ${words}).${name} or, of what cannot be copied, let a method beside the server give it`);
    },
    set(_target, name) {
      throw refusal(String(name), 'let a method beside the server set it');
    },
  });
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
    signal.addEventListener('abort', abort, { once: true });
    void call()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', abort);
      });
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
