/**
 * The server's calls of functions that test files have handed over: a file that is over answers none, so they are answered for it. The
 * holder's process.
 */
import { StoppedError } from '../../errors/errors';
import { encodeError } from '../../protocol/errors';
import type { CallbackAnswer } from '../../protocol/messages';
import { withoutFrames } from '../both-realms/without-frames';

export class GuestCallbacks<Guest> {
  readonly #answer: (answer: Omit<CallbackAnswer, 'id'>) => void;
  /** Those that wait for their answer, and whose functions they call. */
  readonly #underWay = new Map<number, Guest>();

  constructor(answer: (answer: Omit<CallbackAnswer, 'id'>) => void) {
    this.#answer = answer;
  }

  /** The server calls a function of `guest`'s; undefined where that has left. */
  called(callback: number, guest: Guest | undefined): void {
    if (guest === undefined) this.#refuse(callback);
    else this.#underWay.set(callback, guest);
  }

  answered(callback: number): void {
    this.#underWay.delete(callback);
  }

  left(guest: Guest): void {
    for (const [callback, owner] of this.#underWay) if (owner === guest) this.#refuse(callback);
  }

  /** The server is gone, and the next one numbers its calls anew. */
  clear(): void {
    this.#underWay.clear();
  }

  #refuse(callback: number): void {
    this.#underWay.delete(callback);
    this.#answer({ type: 'callbackAnswer', callback, outcome: { ok: false, error: encodeError(orphaned()) }, orphaned: true });
  }
}

/** The function that the server calls is of a test file that is over. */
export function orphaned(): StoppedError {
  return withoutFrames(
    new StoppedError(
      'The function that was called is of a test file that no longer uses the server, so it answers no more. Let the file take back what it has handed over before it ends.',
    ),
  );
}
