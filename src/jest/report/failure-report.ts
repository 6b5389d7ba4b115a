/**
 * What a failing test shows besides its error: how its servers fared, what they wrote, what was waited for, what was read too early. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import type { Test, TestEvent } from '../block-events';
import { EarlyReads } from './early-reads';
import { FailedHooks } from './failed-hooks';
import { addToFailure, outputOf } from './output';
import { OutsideTests } from './outside-tests';
import type { ReplacedClock } from './replaced-clock';
import type { ReplacedRequests } from './replaced-requests';
import { howTheyFared, whoDied } from './server-review';
import type { TestMocks } from './test-mocks';
import { hasTimedOut, whatHangs } from './time-limit';
import { ANSWER_LIMIT } from '../both-realms/answer-limit';

export class FailureReport {
  /** What the test file mocks; undefined where that is not known. */
  testMocks: TestMocks | undefined;
  replacedRequests: ReplacedRequests | undefined;
  replacedClock: ReplacedClock | undefined;
  readonly earlyReads = new EarlyReads();
  readonly #controllers: () => readonly TrackedController[];
  readonly #failedHooks = new FailedHooks();
  readonly #outside = new OutsideTests();
  #testSince = 0;
  /** What was waited for when the running test failed by itself. */
  #waitsAtFailure: readonly string[] | undefined;

  /** `controllers` gives those of the test file. */
  constructor(controllers: () => readonly TrackedController[]) {
    this.#controllers = controllers;
  }

  /** Takes note of when a test or hook begins, and of how things stand when it fails: by the time the test is done, that may be over. */
  hear(event: TestEvent): void {
    switch (event.name) {
      case 'test_start':
        this.#testSince = Date.now();
        this.#waitsAtFailure = undefined;
        this.replacedRequests?.forget();
        this.replacedClock?.forget();
        break;
      case 'test_done':
        this.#outside.testDone(this.#testSince);
        break;
      case 'test_fn_failure':
        this.replacedRequests?.glance();
        this.replacedClock?.glance();
        this.#failed();
        break;
      case 'hook_start':
        this.#failedHooks.started();
        break;
      case 'hook_failure':
        if (event.test) this.#failed();
        else if (event.hook.type === 'beforeAll') this.#failedHooks.failed(event.hook.parent, (since) => this.#waits(since));
        break;
      default:
    }
  }

  /** Adds it all to the first error of a test. */
  async addTo(test: Test): Promise<void> {
    const controllers = this.#controllers();
    const { since, waits } = this.#failedHooks.of(test) ?? { since: this.#testSince, waits: this.#waitsAtFailure ?? [] };
    const late = hasTimedOut(test);
    const [hanging, fared, unreached] = await Promise.all([
      late ? whatHangs(controllers, ANSWER_LIMIT) : [],
      howTheyFared(controllers, { since, limit: ANSWER_LIMIT, replaced: this.replacedRequests }),
      this.testMocks?.unreached(controllers, ANSWER_LIMIT) ?? [],
    ]);
    const waited = late ? waits : [];
    const told = [
      ...whoDied(controllers, test),
      ...this.earlyReads.take(),
      ...waited,
      ...hanging,
      ...fared,
      ...unreached,
      ...(this.replacedClock?.unreached(controllers) ?? []),
      ...outputOf(controllers, { test, since, outside: this.#outside }),
    ];
    addToFailure(test, told);
  }

  #failed(): void {
    this.#waitsAtFailure ??= this.#waits(this.#testSince);
  }

  /** What is waited for since then, of all servers. */
  #waits(since: number): readonly string[] {
    return this.#controllers().flatMap((controller) => controller.waits(since));
  }
}
