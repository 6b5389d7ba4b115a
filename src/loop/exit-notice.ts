/**
 * Remembers how a host went and tells each listener once, whether it asked before or after. Test side.
 */
import type { HostExit } from './handle';

export class ExitNotice {
  #exit: HostExit | undefined;
  readonly #listeners: ((exit: HostExit) => void)[] = [];

  /** Calls `listener` once when the host is gone, at once when it is gone already. */
  readonly onExit = (listener: (exit: HostExit) => void): void => {
    if (this.#exit === undefined) this.#listeners.push(listener);
    else listener(this.#exit);
  };

  /** It is gone. */
  settle(exit: HostExit): void {
    this.#exit = exit;
    for (const listener of this.#listeners.splice(0)) listener(exit);
  }
}
