/**
 * Threads kept ready across the test files of a Jest worker. Jest's realm; one pool a process.
 *
 * A spare has loaded the host and nothing of anybody's; it learns its environment and its loader with the first command, like any other.
 * None is made before the first controller of the process, so that projects pay only for what they use.
 */
import { AsyncResource } from 'node:async_hooks';
import { debuggerAttached } from '../controller/session/debugger';
import type { HostHandle } from '../loop/handle';
import { openThread } from '../loop/thread';

/** How many wait at most; a new one is made when one is taken. */
const MOST = 2;

/** Another version of this package has another host in its threads. */
const POOL = Symbol.for(`jest-controller.spares of ${__dirname}`);

/** A global one, since each environment of a process may come with a copy of this module. */
function pool(): HostHandle[] {
  const holder = process as unknown as { [POOL]?: HostHandle[] };
  holder[POOL] ??= [];
  return holder[POOL];
}

/** A thread that is booted or booting. */
export function takeThread(): HostHandle {
  return pool().shift() ?? openThread();
}

/** Outside the context of whichever test needs it, which it would keep alive. */
const openSpare = AsyncResource.bind(() => openThread());

/** Makes spares ready, in the background. */
export function refill(): void {
  // Each would stop at its first line, and Node may hang at its end with one that has not gone on.
  if (debuggerAttached()) return;
  const spares = pool();
  while (spares.length < MOST) {
    const spare = openSpare();
    spares.push(spare);
    spare.onExit(() => {
      const index = spares.indexOf(spare);
      if (index >= 0) spares.splice(index, 1);
    });
  }
}
