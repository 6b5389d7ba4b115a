/**
 * What a failing test shows besides its error: how its servers fared, what they wrote, what was waited for, what was read too early. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { epochNow } from '../../time/clock';
import type { Test, TestEvent } from '../block-events';
import { IdleReads } from './idle-reads';
import { FailedHooks } from './failed-hooks';
import { FormerPorts } from './former-ports';
import { addToFailure, outputOf } from './output';
import { OutsideTests } from './outside-tests';
import type { ReplacedClock } from './replaced-clock';
import type { ReplacedRequests } from './replaced-requests';
import { diedOfIts, unstartedIn, whoDied, type Death } from './server-review';
import type { Spies } from './spies';
import { Survey } from './survey';
import type { TestMocks } from './test-mocks';
import { hasTimedOut } from './time-limit';

/** What is known of a test; several may run side by side. */
interface Account {
  /** Its beginning, in epoch milliseconds. */
  readonly since: number;
  readonly survey: Survey;
  /** Servers that had died when it began, and it is the first to be told. */
  readonly diedBefore: Set<TrackedController>;
  /** What servers died of in it that its hooks have started again. */
  returned: readonly Death[];
  /** What was waited for when it failed by itself. */
  waitsAtFailure?: readonly string[];
  /** Whose the ports were that had refused it by then. */
  refusedAtFailure?: readonly string[];
}

export class FailureReport {
  /** What the test file mocks; undefined where that is not known. */
  testMocks: TestMocks | undefined;
  spies: Spies | undefined;
  replacedRequests: ReplacedRequests | undefined;
  replacedClock: ReplacedClock | undefined;
  readonly idleReads = new IdleReads();
  readonly formerPorts = new FormerPorts();
  readonly #controllers: () => readonly TrackedController[];
  readonly #failedHooks = new FailedHooks();
  readonly #outside = new OutsideTests();
  readonly #accounts = new WeakMap<Test, Account>();

  /** `controllers` gives those of the test file. */
  constructor(controllers: () => readonly TrackedController[]) {
    this.#controllers = controllers;
  }

  /**
   * Takes note of when a test or hook begins, and of how things stand when it fails: by the time the test is done, that may be over, and its
   * hooks may have stopped the servers that could tell.
   */
  async hear(event: TestEvent): Promise<void> {
    switch (event.name) {
      case 'test_start':
        this.#begin(event.test);
        this.idleReads.testStarts();
        this.spies?.forget();
        this.replacedRequests?.forget();
        this.replacedClock?.forget();
        break;
      case 'test_fn_failure':
        this.replacedRequests?.glance();
        this.replacedClock?.glance();
        await this.#failed(event.test);
        break;
      case 'test_retry':
      case 'describe_retry':
        this.idleReads.triesAgain(event);
        this.#outside.triesAgain(event);
        break;
      case 'run_describe_start':
        this.#failedHooks.begins(event.describeBlock);
        break;
      case 'hook_start':
        this.#failedHooks.started();
        break;
      case 'hook_failure':
        if (event.test) await this.#failed(event.test);
        else if (event.hook.type === 'beforeAll') this.#failedHooks.failed(event.hook.parent, (since) => this.#waits(since));
        break;
      default:
    }
  }

  /** The server had died when the test began, which is told of that. */
  diedBefore(test: Test, controller: TrackedController): void {
    this.#of(test).diedBefore.add(controller);
  }

  /** The server runs again, and no longer knows what it died of. */
  returned(test: Test, death: Death): void {
    const account = this.#of(test);
    account.returned = [...account.returned, death];
  }

  /** The test is done, and all has come that servers wrote until now: a handler may answer first and log then. */
  testDone(test: Test): void {
    this.#outside.testDone(this.#of(test).since);
  }

  /** The block of these servers is over: what they wrote is not behind the failure of a later test. */
  blockDone(controllers: readonly TrackedController[]): void {
    for (const { logs } of controllers) this.#outside.shown(logs);
  }

  /** Adds it all to the first error of a test. */
  async addTo(test: Test): Promise<void> {
    const controllers = this.#controllers();
    const account = this.#of(test);
    const { survey, diedBefore, returned, refusedAtFailure } = account;
    const { since, waits } = this.#failedHooks.of(test) ?? { since: account.since, waits: account.waitsAtFailure ?? [] };
    const late = hasTimedOut(test);
    await this.#ask(survey, survey.unasked(controllers), { since, late });
    const died = diedOfIts(test, controllers);
    const ended = [
      ...[...died, ...returned].map((each) => [each, each.error] as const),
      ...unstartedIn(test, controllers).map((each) => [each, each.startError] as const),
    ];
    const told = [
      ...whoDied(died, { before: diedBefore, returned }),
      ...new Set(ended.flatMap(([controller, error]) => this.testMocks?.cameOf(controller, error) ?? [])),
      ...this.idleReads.take(test),
      ...(refusedAtFailure ?? this.formerPorts.linesFor(test)),
      ...(late ? waits : []),
      ...survey.lines(),
      ...(this.replacedClock?.unreached(survey.inRealTime) ?? []),
      ...outputOf(controllers, { test, since, outside: this.#outside }),
    ];
    addToFailure(test, told);
  }

  async #failed(test: Test): Promise<void> {
    const account = this.#of(test);
    account.waitsAtFailure ??= this.#waits(account.since);
    account.refusedAtFailure ??= this.formerPorts.linesFor(test);
    await this.#ask(account.survey, this.#controllers(), { since: account.since, late: hasTimedOut(test) });
  }

  #begin(test: Test): Account {
    const account: Account = { since: epochNow(), survey: new Survey(), diedBefore: new Set(), returned: [] };
    this.#accounts.set(test, account);
    return account;
  }

  #of(test: Test): Account {
    return this.#accounts.get(test) ?? this.#begin(test);
  }

  #ask(survey: Survey, controllers: readonly TrackedController[], { since, late }: { since: number; late: boolean }): Promise<void> {
    return survey.ask(controllers, { since, late, replaced: this.replacedRequests, mocks: this.testMocks });
  }

  /** What is waited for since then, of all servers. */
  #waits(since: number): readonly string[] {
    return this.#controllers().flatMap((controller) => controller.waits(since));
  }
}
