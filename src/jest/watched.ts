/**
 * What is known of the controllers of one test file: whose each is, in which test it was started, and what has become of it. Jest's realm.
 */
import type { TrackedController } from '../controller/surroundings';
import { fullName, type Block, type Test } from './block-events';
import { asItIs } from './both-realms/later-error';
import { takeAnsweredError } from './both-realms/server-error';

/** What a controller has crashed with. */
interface Crash {
  readonly error: unknown;
}

/** What is known of one controller. */
export class Watched {
  readonly controller: TrackedController;
  /** Whose it is: some blocks', each of which starts it anew, all tests' of the file, or nobody's. */
  readonly blocks: Set<Block | 'file'> = new Set();
  /** Each test of these gets a fresh start of it. */
  readonly testsOf: Set<Block> = new Set();
  #unreported: Crash | undefined;
  #startedIn: string | undefined;
  #diedIn: string | undefined;
  #diedOf: unknown;

  constructor(controller: TrackedController) {
    this.controller = controller;
  }

  /** What it has crashed with, where no test has been told and it was not started again. */
  get unreported(): Crash | undefined {
    return this.#unreported;
  }

  /** The test in which it was started last; undefined where it was in none. */
  get startedIn(): string | undefined {
    return this.#startedIn;
  }

  /** The test in which it died; undefined where it died in none. */
  get diedIn(): string | undefined {
    return this.#diedIn;
  }

  /** What it died of, as it was before a failing test added to it. */
  get diedOf(): unknown {
    return this.#diedOf ?? this.controller.error;
  }

  /** It has come to another state while `test` ran. `cleaningUp`: in an `afterEach` hook, where a restart does not say that the test has expected a crash. */
  changed(test: Test | null | undefined, { cleaningUp }: { readonly cleaningUp: boolean }): void {
    const { controller } = this;
    if (controller.state === 'starting') {
      // Of tests that run side by side, jest-circus says of one at a time that it runs.
      this.#startedIn = test && !test.concurrent ? fullName(test) : undefined;
    } else if (controller.state === 'crashed') {
      this.#unreported = controller.crashHandled ? undefined : { error: controller.error };
      if (this.#unreported === undefined && test) this.#diedIn = fullName(test);
    } else if (controller.state === 'running') {
      if (!cleaningUp) this.#unreported = undefined;
      this.#diedIn = undefined;
      this.#diedOf = undefined;
    }
  }

  /** What the test has to fail by, as its server has died, though the test has stopped it meanwhile. */
  deathsIn(test: Test): unknown[] {
    const { controller } = this;
    const crash = this.takeCrash();
    if (crash === undefined) return [];
    if (controller.state !== 'running') {
      this.#diedIn = fullName(test);
      controller.diedIn(this.#diedIn);
    }
    return [crash.error];
  }

  /** The same, as its server has answered with an error that counts as a failure. */
  answersInTest(): unknown[] {
    const answered = takeAnsweredError(this.controller, 'test');
    return answered === undefined ? [] : [answered];
  }

  /** What is unreported until now: whoever takes it tells it. */
  takeCrash(): Crash | undefined {
    const crash = this.#unreported;
    if (crash !== undefined) this.#diedOf = asItIs(crash.error);
    this.#unreported = undefined;
    return crash;
  }
}

/** All of them, by their controllers. */
export class Records {
  readonly #records = new Map<TrackedController, Watched>();

  get all(): readonly Watched[] {
    return [...this.#records.values()];
  }

  get controllers(): readonly TrackedController[] {
    return [...this.#records.keys()];
  }

  /** Undefined of one that nothing is known of. */
  known(controller: TrackedController): Watched | undefined {
    return this.#records.get(controller);
  }

  of(controller: TrackedController): Watched {
    const record = this.#records.get(controller) ?? new Watched(controller);
    this.#records.set(controller, record);
    return record;
  }
}
