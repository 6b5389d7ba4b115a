/**
 * Looks at what an unknown value can do. Server side; pure.
 *
 * Getters and proxies may throw when touched: then the value cannot do it.
 */
import type { Socket as DatagramSocket } from 'node:dgram';
import { isClass } from '../protocol/is-class';

export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** An object or function: what may have members. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The member `name` of `value`, or undefined. */
export function member(value: unknown, name: PropertyKey): unknown {
  if (!isObject(value)) return undefined;
  try {
    return (value as Record<PropertyKey, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The method `name` of `value`, bound to it, or undefined. */
export function method(value: unknown, name: PropertyKey): Callable | undefined {
  const found = member(value, name);
  return typeof found === 'function' ? (...args) => (found as Callable).apply(value, args) : undefined;
}

/** Whether `value` has all of the methods `names`. */
export function canDo(value: unknown, ...names: readonly PropertyKey[]): boolean {
  return names.every((name) => typeof member(value, name) === 'function');
}

/** Whether `value` is a function without parameters: a request listener has them, and an application has methods. */
export function isBareFunction(value: unknown): value is () => unknown {
  if (typeof value !== 'function' || value.length > 0 || isClass(value)) return false;
  return !['handle', 'use', 'listen', 'fetch'].some((name) => canDo(value, name));
}

/** Whether `value` is written without any way to what it is called with, so that it could answer no request. */
export function takesNothing(value: unknown): value is () => unknown {
  return isBareFunction(value) && !/\barguments\b|\.\.\.|\[native code\]/.test(Function.prototype.toString.call(value));
}

const NOBODYS = 'has no method of this name';

/** Whether `value` has every method that it is asked for, as a double does that is a proxy: what it can do tells nothing of what it is. */
export function answersToAll(value: unknown): boolean {
  return canDo(value, NOBODYS);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return canDo(value, 'then');
}

/** Whether `value` emits events as Node's emitters do. */
export function isEmitter(value: unknown): value is NodeJS.EventEmitter {
  return canDo(value, 'on', 'prependListener', 'removeListener', 'listenerCount');
}

/**
 * Whether an application does more than to make a server of itself when it is told to listen, as those do whose `listen` express-ws or
 * Feathers has replaced. The ones of Express, connect and Koa are known by what they call.
 */
export function listensItsOwnWay(app: unknown): boolean {
  const listen = member(app, 'listen');
  return typeof listen === 'function' && !/\bcreateServer\)?\(\s*this\b/.test(Function.prototype.toString.call(listen));
}

/** Whether `value` is a datagram socket, of Node's or one like it. */
export function isDatagramSocket(value: unknown): value is DatagramSocket {
  return canDo(value, 'bind', 'send', 'addMembership', 'close');
}

/** Whether `value` is a WebSocket server of ws. */
export function isWebSocketServer(value: unknown): boolean {
  return canDo(value, 'handleUpgrade', 'shouldHandle', 'close');
}
