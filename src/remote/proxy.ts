/**
 * The handles that users hold: each member of what is behind them is a call away. Test side.
 */
import { inspect } from 'node:util';
import { UsageError } from '../errors/errors';
import type { CallSubject } from '../protocol/messages';
import { METHOD, type CallChannel } from './calls';

/**
 * Never members: `then`, or `await controller.remote` would be a call; the rest are asked for by those who print, compare or
 * serialise what they do not know.
 */
const NEVER_REMOTE: ReadonlySet<string> = new Set(
  'then toJSON asymmetricMatch $$typeof nodeType tagName hasAttribute constructor prototype __proto__'.split(' '),
);

/** What printers find as the class of a handle. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a name is all that it is for
class RemoteHandle {}

/** Gives the same handle with an AbortSignal to its calls. Registered, so that it is found across copies of the package. */
const WITH_SIGNAL = Symbol.for('jest-controller.withSignal');

type Member = ((...args: unknown[]) => Promise<unknown>) & PromiseLike<unknown>;

/** A handle whose members are called or awaited: `await remote.add(1)`, `await remote.count`. */
export function createRemote(channel: CallChannel, subject: CallSubject, signal?: AbortSignal): object {
  const members = new Map<string, Member>();
  return handle({
    get(name) {
      let member = members.get(name);
      if (member === undefined) members.set(name, (member = remoteMember(name, channel, subject, signal)));
      return member;
    },
    set(name) {
      throw new UsageError(
        `remote.${name} cannot be assigned, since nobody could await it: use remoteSync.${name}, or a method that sets it.`,
      );
    },
    withSignal: (given) => createRemote(channel, subject, given),
  });
}

/** A handle whose members block: `remoteSync.add(1)`, `remoteSync.count`, `remoteSync.count = 2`. */
export function createRemoteSync(channel: CallChannel, subject: CallSubject): object {
  const methods = new Map<string, (...args: unknown[]) => unknown>();
  return handle({
    get(name) {
      const known = methods.get(name);
      if (known !== undefined) return known;
      const value = channel.callSync(subject, name, 'get', []);
      if (value !== METHOD) return value;
      const method = (...args: unknown[]): unknown => channel.callSync(subject, name, 'apply', args);
      methods.set(name, method);
      return method;
    },
    set(name, value) {
      channel.callSync(subject, name, 'set', [value]);
    },
    withSignal() {
      throw new UsageError(
        'A blocking call cannot be aborted: nothing else runs in its thread meanwhile. Use `remote` instead of `remoteSync`.',
      );
    },
  });
}

/**
 * The same handle, its calls bounded by `signal`: they reject with its reason when it aborts. What runs on the server side goes on.
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

/** A function, for the call, that is also thenable, for the value. */
function remoteMember(name: string, channel: CallChannel, subject: CallSubject, signal: AbortSignal | undefined): Member {
  const member = (...args: unknown[]): Promise<unknown> => bounded(() => channel.call(subject, name, 'apply', args), signal);
  const read = (): Promise<unknown> => bounded(() => channel.call(subject, name, 'get', []), signal);
  return Object.defineProperties(member, {
    name: { value: name },
    then: { value: (...handlers: Parameters<Promise<unknown>['then']>) => read().then(...handlers) },
    catch: { value: (...handlers: Parameters<Promise<unknown>['catch']>) => read().catch(...handlers) },
    finally: { value: (...handlers: Parameters<Promise<unknown>['finally']>) => read().finally(...handlers) },
  }) as unknown as Member;
}

function bounded(call: () => Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return call();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
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
