/**
 * Waits for a server whose start factory() has begun and not awaited, where what it gave can only be what ends it. Server side; loaded for such.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ControllerId } from '../protocol/messages';
import { answersToAll, isBareFunction, isThenable } from '../server/members';
import { UNAWAITED_GRACE } from '../server/shapes/first-sign';
import { startedServers } from '../server/shapes/insides';
import { closeOf } from '../server/shapes/lifecycles';
import { within } from '../time/within';
import { ownerOfThis } from './owner';

const BEGUN = 'tracing:net.server.listen:asyncStart';

/** Resolves when a server of the controller `id` begins to listen, or will not within `limit` ms; at once where `value` does not end one. */
export async function untilUnawaitedStart(value: unknown, id: ControllerId, limit: number): Promise<void> {
  if (startedServers().length > 0 || !(takesNothing(value) || isCloser(value))) return;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const heard = (): void => {
    if (ownerOfThis() === id) begin();
  };
  subscribe(BEGUN, heard);
  await within(Math.min(limit, UNAWAITED_GRACE), begun);
  unsubscribe(BEGUN, heard);
}

/** Written without any way to what it is called with, so that it could answer no request. */
function takesNothing(value: unknown): boolean {
  return isBareFunction(value) && !/\barguments\b|\.\.\.|\[native code\]/.test(Function.prototype.toString.call(value));
}

function isCloser(value: unknown): boolean {
  return typeof value === 'object' && !isThenable(value) && !answersToAll(value) && closeOf(value) !== undefined;
}
