/**
 * Who answers the requests of a server. Server side.
 *
 * A library that answers some requests of a server, as Socket.IO does, takes its listeners off and calls them by its own. Node tells nobody.
 */
import { EventEmitter } from 'node:events';
import { Server } from 'node:net';

/** The request listeners that were taken off a server all at once. */
const takenOff = new WeakMap<Server, readonly unknown[]>();

Object.defineProperty(Server.prototype, 'removeAllListeners', {
  configurable: true,
  writable: true,
  value: function removeAllListeners(this: Server, ...given: [name?: string | symbol]) {
    if (given[0] === 'request') takenOff.set(this, requestListenersOf(this));
    return EventEmitter.prototype.removeAllListeners.apply(this, given);
  },
});

/** Who answers the requests of `server`, also by way of a library that has taken them off it. */
export function requestListenersOf(server: Server): readonly unknown[] {
  return [...(takenOff.get(server) ?? []), ...server.listeners('request')];
}
