/**
 * Whose code is running, on a loop that several controllers share. Server side.
 *
 * Following the code through its callbacks costs each promise a little (Node 20), so it is done on shared loops only, and what it takes
 * is loaded for them.
 */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { ControllerId, StartCommand } from '../protocol/messages';

let owners: AsyncLocalStorage<ControllerId> | undefined;

/** Runs `work`, and all that comes of it, in the name of the controller, if its loop is shared. */
export function inItsName<Result>({ id, sharesLoop }: Pick<StartCommand, 'id' | 'sharesLoop'>, work: () => Result): Result {
  if (sharesLoop !== true) return work();
  owners ??= new (require('node:async_hooks') as typeof import('node:async_hooks')).AsyncLocalStorage();
  return owners.run(id, work);
}

/** The controller in whose name the present code runs; undefined where that is not known, as on a loop that nobody shares. */
export function ownerOfThis(): ControllerId | undefined {
  return owners?.getStore();
}
