/**
 * Whose code is running, on a loop that several controllers share. Server side.
 *
 * Following code through its callbacks costs each promise a little (Node 20), so it begins with the second controller of a loop: until
 * then all is the first one's, and later what has no name is.
 */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { ControllerId } from '../protocol/messages';

/** Runs `work`, and all that comes of it, in a controller's name. */
export type RunInName = <Result>(work: () => Result) => Result;

let owners: AsyncLocalStorage<ControllerId> | undefined;
let first: ControllerId | undefined;
let isTaken = false;

/** A controller comes on this loop. */
export function moveIn(id: ControllerId): RunInName {
  if (!isTaken) {
    isTaken = true;
    first = id;
    return (work) => work();
  }
  const { AsyncLocalStorage } = require('node:async_hooks') as typeof import('node:async_hooks');
  const storage = (owners ??= new AsyncLocalStorage());
  return (work) => storage.run(id, work);
}

/** Those whose starts are not over, with the place in the order of what begins to listen at which the factory of each was called. */
const starting = new Map<ControllerId, number>();

/** Until this has run, what begins to listen in the name of the controller is its own, and no other's to take. */
export function startsNow(id: ControllerId): () => void {
  starting.set(id, 0);
  return () => {
    starting.delete(id);
  };
}

/** Its factory is called now, at the place `mark`. */
export function callsFactory(id: ControllerId, mark: number): void {
  if (starting.has(id)) starting.set(id, mark);
}

/** The place at which the factory of the controller was called whose code runs; 0 where that is not known. */
export function calledAt(): number {
  const owner = ownerOfThis();
  return (owner === undefined ? undefined : starting.get(owner)) ?? 0;
}

/** Whether what has begun in the name of `owner` is another controller's than that whose code runs, and may still be taken by it. */
export function isAnothers(owner: unknown): boolean {
  return owner !== ownerOfThis() && starting.has(owner as ControllerId);
}

/** It has left: what has no name is nobody's from now on. */
export function moveOut(id: ControllerId): void {
  if (first === id) first = undefined;
}

/** The controller in whose name the present code runs; undefined where that is not known. */
export function ownerOfThis(): ControllerId | undefined {
  return owners?.getStore() ?? first;
}
