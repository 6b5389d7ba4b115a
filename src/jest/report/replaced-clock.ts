/**
 * Whether a test goes by a clock of its own, by `jest.useFakeTimers()` or a spy on `Date.now`, which acts on the test side only. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { watchClock } from '../../time/clock';
import { inWords } from './in-words';

export class ReplacedClock {
  readonly #isFake: () => boolean;
  #seen = false;

  /** `global` is the test's, before any of its code has run. */
  constructor(global: object) {
    this.#isFake = watchClock(global);
  }

  /** A new test begins. */
  forget(): void {
    this.#seen = false;
  }

  /** Remembers what hooks may put back after the test. */
  glance(): void {
    this.#seen ||= this.#isFake();
  }

  /** A line where it was so, if there are any of `controllers`, whose servers go by the real one. */
  unreached(controllers: readonly TrackedController[]): string[] {
    const names = [...new Set(controllers.map(({ name }) => name))];
    if (!this.#seen || names.length === 0) return [];
    const servers = `${inWords(names)} ${names.length === 1 ? 'goes' : 'go'}`;
    return [
      `The test has a fake clock, by jest.useFakeTimers() or a double of Date, which acts on this side only: ${servers} by the real one. ` +
        "Fake it beside the server, by a method of its class. A client of the test's that waits by timers stands still until the test advances them.",
    ];
  }
}
