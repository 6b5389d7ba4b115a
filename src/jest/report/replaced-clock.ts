/**
 * Whether a test goes by a clock of its own, by `jest.useFakeTimers()` or a spy on `Date.now`, which acts on the test side only. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';

interface ClockGlobals {
  readonly Date?: { readonly now?: unknown };
  readonly setTimeout?: unknown;
}

export class ReplacedClock {
  readonly #global: ClockGlobals;
  readonly #own: readonly unknown[];
  #seen = false;

  /** `global` is the test's, before any of its code has run. */
  constructor(global: object) {
    this.#global = global;
    this.#own = partsOf(global);
  }

  /** A new test begins. */
  forget(): void {
    this.#seen = false;
  }

  /** Remembers what hooks may put back after the test. */
  glance(): void {
    this.#seen ||= partsOf(this.#global).some((part, index) => part !== this.#own[index]);
  }

  /** A line where it was so, if there are any of `controllers`, whose servers go by another. */
  unreached(controllers: readonly TrackedController[]): string[] {
    const names = controllers.map(({ name }) => name);
    if (!this.#seen || names.length === 0) return [];
    const servers = `${names.join(' and ')} ${names.length === 1 ? 'goes' : 'go'}`;
    return [
      `The test has a fake clock, by jest.useFakeTimers() or a double of Date, which acts on this side only: ${servers} by the real one. ` +
        'Fake it beside the server, by a method of its class.',
    ];
  }
}

function partsOf({ Date, setTimeout }: ClockGlobals): readonly unknown[] {
  return [Date, Date?.now, setTimeout];
}
