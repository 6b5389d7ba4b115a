/**
 * The asynchronous context of the running test. Jest's realm.
 *
 * From 30.5 on, Jest charges an uncaught error to the test in whose context it is thrown. What a controller tells comes in that of whoever has
 * started it, mostly a hook.
 */
import { AsyncResource } from 'node:async_hooks';
import { throwUncaught } from '../time/clock';

export class TestContext {
  #context: AsyncResource | undefined;

  /** A test begins: that of who calls is its own. */
  begin(): void {
    this.#context = new AsyncResource('jest-controller', { requireManualDestroy: true });
    // It can be run in all the same, and is no open handle.
    this.#context.emitDestroy();
  }

  /** No test runs. */
  end(): void {
    this.#context = undefined;
  }

  /** Throws it, uncaught, in the context of the test that runs, if one does. */
  throwUncaught(error: unknown): void {
    if (this.#context === undefined) throwUncaught(error);
    else this.#context.runInAsyncScope(throwUncaught, undefined, error);
  }
}
