/**
 * The handles that users hold: each member of what is behind them is a call away. Test side.
 */
import { inspect } from 'node:util';
import { UsageError } from '../errors/errors';
import type { CallSubject } from '../protocol/messages';
import { memberWords, METHOD, type CallChannel } from './call-channel';
import { PROBED_NAMES } from './probed-names';
import { LastRead, remoteMember, type Member } from './remote-member';

/** Never members: with `then`, `await controller.remote` would be a call. */
const NEVER_REMOTE: ReadonlySet<string> = new Set([...PROBED_NAMES, 'constructor', 'prototype', '__proto__']);

/** What printers find as the class of a handle. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a name is all that it is for
class RemoteHandle {}

/** Gives the same handle with an AbortSignal to its calls. Registered, so that it is found across copies of the package. */
const WITH_SIGNAL = Symbol.for('jest-controller.withSignal');

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
