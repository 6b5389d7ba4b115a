/**
 * What is known of how a host ends: what it says of that itself, what Node reports, and for whose sake it was ended. Test side.
 */
import { decodeError } from '../protocol/errors';
import type { FromHost } from '../protocol/messages';
import type { HostExit } from './handle';
import type { LinkEnd } from './link-member';

type CrashedMessage = Extract<FromHost, { type: 'crashed' }>;
export type EndedMessage = Extract<FromHost, { type: 'ended' }>;

interface Thrown {
  readonly error: unknown;
}

export class EndReport {
  #crash: Thrown | undefined;
  #exitError: Thrown | undefined;
  #culprit: string | undefined;

  /** What an exit handler threw when the host ended in order. */
  get exitError(): Thrown | undefined {
    return this.#exitError;
  }

  /** It is ended by force for the sake of this controller; the first one counts. */
  blame(culprit: string): void {
    this.#culprit ??= culprit;
  }

  /** It says what nothing has caught there; `names` are those who may have thrown it. */
  crashed({ error, ending }: CrashedMessage, names: string | undefined): void {
    this.#crash = { error: decodeError(error, names) };
    if (ending === true) this.#exitError = this.#crash;
  }

  /** The end, for all who were on it; `told` is its last message, where it could send one. */
  of({ code, error: failure, signal }: HostExit, names: string | undefined, told?: EndedMessage): LinkEnd {
    const crash = this.#crash ?? (failure === undefined ? undefined : { error: failure });
    return {
      exitedAt: told?.exitedAt,
      handled: told?.handled && { error: decodeError(told.handled, names) },
      stops: told?.stops,
      code,
      signal,
      error: crash?.error,
      threw: crash !== undefined,
      culprit: this.#culprit,
    };
  }
}
