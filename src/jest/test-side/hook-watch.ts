/**
 * Watches over the controllers of a block by hooks, where no environment hears of its tests: who dies in which of them. Test side, in a Jest
 * test.
 */
import { types } from 'node:util';
import type { Controller } from '../../controller/controller';
import { TRACKED } from '../../controller/internals';
import { addToStack } from '../../controller/report/last-output';
import type { TrackedController } from '../../controller/surroundings';
import { printCrash } from '../../controller/unheard-crash';
import { flushAll } from '../both-realms/flush';
import { asItIs, downBefore, hasDied, laterError, whoseError } from '../both-realms/later-error';
import { runningTest } from '../../controller/options/running-test';
import { takeAnsweredError, type Failing } from '../both-realms/server-error';

/** What they have crashed with, while no test has been told: several watches may be over one of them. */
const untold = new WeakMap<TrackedController, { readonly error: unknown }>();

export class HookWatch {
  readonly #controllers: readonly TrackedController[];
  /** Those of whose latest death a test has been told, and the test's name. */
  readonly #told = new Map<TrackedController, string | undefined>();

  constructor(controllers: readonly Controller<unknown>[]) {
    this.#controllers = controllers.map((controller) => controller[TRACKED]);
    for (const controller of controllers) {
      controller.on('ready', () => {
        this.#told.delete(controller[TRACKED]);
        printUntold(controller[TRACKED]);
      });
    }
  }

  /** From now on a hook says of a crash what would otherwise be printed. */
  begin(): void {
    for (const controller of this.#controllers) {
      controller.onUnheardCrash = (error) => untold.set(controller, { error });
    }
  }

  /** A test whose server is dead already need not find out by a refused connection. @throws what it died of, or that it did */
  beforeTest(): void {
    throwFirst(this.#takeDeath(undefined, { before: true }));
    const dead = this.#controllers.find(({ state }) => state === 'crashed');
    if (dead !== undefined) throw laterError(dead, this.#told.get(dead));
  }

  /** @throws what a server died of meanwhile, or an error that became an answer, where that fails the test */
  async afterTest(): Promise<void> {
    await flushAll(this.#controllers);
    throwFirst([...this.#takeDeath(runningTest().currentTestName), ...this.#takeAnswers('test')]);
  }

  /** @throws what a server died of before it had heard of the stop: it was busy until then; an error that became an answer meanwhile */
  afterStop(failing: Failing): void {
    throwFirst([...this.#takeDeath(undefined), ...this.#takeAnswers(failing)]);
  }

  /** From now on crashes are printed again, as is one that no hook has come to tell of. */
  end(): void {
    for (const controller of this.#controllers) {
      controller.onUnheardCrash = undefined;
      printUntold(controller);
    }
  }

  #takeAnswers(failing: Failing): Error[] {
    return this.#controllers.flatMap((controller) => takeAnsweredError(controller, failing) ?? []);
  }

  /**
   * `diedIn` is the test in which one died; `before`: it is a test that is told, and was only about to begin.
   * @returns what it died of, where no test has been told of that yet and none listens for it
   */
  #takeDeath(diedIn: string | undefined, { before = false } = {}): unknown[] {
    const dead = this.#controllers.find((each) => hasDied(each) && !each.crashHandled && !this.#told.has(each));
    if (dead === undefined) return [];
    this.#told.set(dead, diedIn);
    untold.delete(dead);
    if (diedIn !== undefined) dead.diedIn(diedIn);
    // The tests that follow are told the original.
    const error = asItIs(dead.error);
    const lines = [...whoseError(dead), ...(before ? [downBefore(dead)] : [])];
    if (types.isNativeError(error)) for (const line of lines) addToStack(error, `\n\n${line}`);
    return [error];
  }
}

/** A hook fails by one error only, and what it has taken nobody else tells: the others stand below the first. @throws that, if there is any */
function throwFirst(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  const [first, ...others] = failures;
  if (types.isNativeError(first)) {
    const texts = others.map((other) => (types.isNativeError(other) ? other.stack : undefined) ?? String(other));
    Reflect.set(first, 'stack', [first.stack ?? first.message, ...texts].join('\n\n'));
  }
  throw first;
}

/** No hook will come to know of it any more. */
function printUntold(controller: TrackedController): void {
  const crash = untold.get(controller);
  untold.delete(controller);
  if (crash !== undefined) printCrash(controller, crash.error);
}
