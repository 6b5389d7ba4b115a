/**
 * Which members of a controller, a server or a module a remote call may reach. Server side.
 */
import { Server } from 'node:net';
import { promisify } from 'node:util';
import { RemoteError } from '../../errors/errors';
import { classNameOf } from '../../protocol/class-name';
import type { CallSubject } from '../../protocol/messages';
import { Controller } from '../controller';
import { listNames } from './name-list';

/** Names that every object or function has: they are never members of the user's. */
const NEVER: ReadonlySet<string> = new Set(['constructor', 'prototype', '__proto__']);
/** Node's own bookkeeping in each emitter, and the user's methods that the host calls itself. */
const NOT_REMOTE: ReadonlySet<string> = new Set(['factory', 'close', '_events', '_eventsCount', '_maxListeners']);

/** Methods of Node's servers that answer by callback; without one they give a promise. Who else has one by that name may expect no callback. */
const PROMISED: ReadonlySet<string> = new Set(['getConnections']);

/** A member that may be reached, as it was read. */
export interface Reached {
  readonly owner: object;
  readonly value: unknown;
}

/**
 * Gives the owner of the member, which is not read: its getter may do anything.
 * @throws {RemoteError} for a name that is no member, or none that may be reached
 */
export function reach(owner: unknown, subject: CallSubject, member: string): object {
  if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null) {
    throw new RemoteError(`The ${subject} is not there (yet), so its member "${member}" cannot be reached. Await start() before.`);
  }
  if (!isReachable(owner, member)) {
    if (isHidden(owner, member)) {
      throw new RemoteError(
        `${nameOf(owner, subject)} cannot be asked for its "${member}" from the test, since each controller has a member of that name. Give it another name.`,
      );
    }
    throw new RemoteError(
      `${nameOf(owner, subject)} has no member "${member}" that can be called from the test. ${suggestion(owner, subject)}`,
    );
  }
  return owner;
}

export function readMember(owner: object, member: string): Reached {
  return { owner, value: (owner as Record<string, unknown>)[member] };
}

/** Calls a member; a callback-style method of Node's servers in its promise form. */
export function callMember({ owner, value }: Reached, member: string, args: readonly unknown[]): unknown {
  if (typeof value !== 'function') return value;
  const method = value as (...args: unknown[]) => unknown;
  const promised = (PROMISED.has(member) && owner instanceof Server) || promisify.custom in method;
  if (promised && typeof args.at(-1) !== 'function') return (promisify(method) as typeof method).apply(owner, [...args]);
  return method.apply(owner, [...args]);
}

function isReachable(owner: object, member: string): boolean {
  if (NEVER.has(member)) return false;
  if (owner instanceof Controller && (member in Controller.prototype || NOT_REMOTE.has(member))) return false;
  const holder = holderOf(owner, member);
  return holder !== undefined && !isRoot(holder);
}

/** Whether the user's class has a member by a name that this package's, or the emitter that it is, has already. */
function isHidden(owner: object, member: string): boolean {
  if (!(owner instanceof Controller) || !(member in Controller.prototype) || NEVER.has(member) || NOT_REMOTE.has(member)) return false;
  return chainOf(owner).some((at) => Object.hasOwn(at, member));
}

/** The object in the prototype chain that has the member itself. A proxy of a framework may claim it without having it. */
function holderOf(owner: object, member: string): object | undefined {
  for (let at: object | null = owner; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, member)) return at;
  }
  return member in owner ? owner : undefined;
}

/** Whether it is `Object.prototype` or `Function.prototype`, of whichever realm. */
function isRoot(holder: object): boolean {
  return (
    Object.hasOwn(holder, 'isPrototypeOf') ||
    (typeof holder === 'function' && Object.getPrototypeOf(Object.getPrototypeOf(holder)) === null)
  );
}

function nameOf(owner: object, subject: CallSubject): string {
  const constructor: unknown = owner.constructor as unknown;
  const name = typeof constructor === 'function' ? classNameOf(constructor) : '';
  if (name !== '' && name !== 'Object' && typeof owner === 'object') return name;
  return subject === 'server' ? 'The server' : 'The module';
}

function suggestion(owner: object, subject: CallSubject): string {
  const names = [...new Set(chainOf(owner).flatMap((at) => Object.getOwnPropertyNames(at)))];
  const reachable = names.filter((name) => isReachable(owner, name) && name !== '__esModule');
  if (reachable.length === 0) return 'It has none: add a public method.';
  return `Use one that it has (${listNames(reachable)}), or ${substitute(owner, subject)}.`;
}

/** What to write where no member does what the test needs: nobody adds a method to a server of Node's. */
function substitute(owner: object, subject: CallSubject): string {
  if (owner instanceof Controller) return 'add it; a field is one from its first assignment on';
  return subject === 'controller' ? 'export it' : "write a method of the controller's that does what you need";
}

/** The objects that may have members of the user's, its own last. */
function chainOf(owner: object): object[] {
  const chain: object[] = [];
  for (
    let at: object | null = owner;
    at !== null && !isRoot(at) && at !== Controller.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    chain.unshift(at);
  }
  return chain;
}
