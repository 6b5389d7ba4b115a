/**
 * What a host that is ended by force leaves behind, as its messages tell: the files of Unix sockets, and child processes. Both sides; pure.
 */
import type { ControllerId, FromHost } from './messages';

export class Remains {
  readonly #paths = new Map<ControllerId, string>();
  readonly #children = new Set<number>();

  /** The paths that its servers listen on now. */
  get paths(): readonly string[] {
    return [...this.#paths.values()];
  }

  /** The process numbers of its children that would outlive it. */
  get children(): readonly number[] {
    return [...this.#children];
  }

  hear(message: FromHost): void {
    switch (message.type) {
      case 'started':
        if (typeof message.ready.address === 'string') this.#paths.set(message.id, message.ready.address);
        break;
      case 'stopped':
        this.#paths.delete(message.id);
        break;
      case 'child':
        if (message.runs) this.#children.add(message.pid);
        else this.#children.delete(message.pid);
        break;
      case 'ended':
        // It has seen to them itself, and their numbers may be others' by now.
        this.#children.clear();
        break;
      default:
    }
  }
}
