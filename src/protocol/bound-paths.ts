/**
 * Which Unix sockets the servers of a process listen on, as their messages tell: a process that is killed leaves the files. Both sides; pure.
 */
import type { ControllerId, FromHost } from './messages';

export class BoundPaths {
  readonly #paths = new Map<ControllerId, string>();

  /** The paths that are bound now. */
  get paths(): readonly string[] {
    return [...this.#paths.values()];
  }

  hear(message: FromHost): void {
    if (message.type === 'started' && typeof message.ready.address === 'string') this.#paths.set(message.id, message.ready.address);
    else if (message.type === 'stopped') this.#paths.delete(message.id);
  }
}
