/**
 * Watches over the controllers of one test file along jest-circus's events: who dies in which test, who is stopped when. Jest's realm.
 */
import { UsageError } from '../errors/errors';
import type { IdleRead, TrackedController } from '../controller/surroundings';
import { concurrentTestsIn, isInside, runningTest, thrownBy, type Block, type Test, type TestEvent, type TestState } from './block-events';
import { FailureReport } from './report/failure-report';
import { addOnce, raisedAt } from './report/output';
import { flushAll } from './both-realms/flush';
import { awaitIdle } from './idle-after-each';
import { DOWN_UNTIL_RESTARTED, hasDied, laterError, whoseError } from './both-realms/later-error';
import { takeAnsweredError } from './both-realms/server-error';
import type { SlowStops } from './report/slow-stops';
import { stopEach } from './both-realms/stop-all';
import { untilHeard } from './both-realms/until-heard';
import { withoutFrames } from './both-realms/without-frames';
import { TestContext } from './test-context';
import { Records, type Watched } from './watched';

export class Watch {
  /** Milliseconds that servers get after each test until no request is in flight; undefined to go on at once. */
  idleAfterEach: number | undefined;
  readonly report = new FailureReport(() => this.#records.controllers);
  readonly testContext = new TestContext();
  readonly #slowStops: SlowStops;
  readonly #records = new Records();
  readonly #beforeReport = new Set<Promise<unknown>>();
  #state: TestState | undefined;
  #running = false;
  /** Whether an `afterEach` or `afterAll` hook runs: that it restarts a server does not say that anybody has expected a crash. */
  #cleaningUp = false;
  /** Those of the latest tests that run side by side; undefined under a Jest before 30, which does not say so, and begins all of a file at once. */
  #sideBySide: readonly Test[] | undefined;

  constructor(slowStops: SlowStops) {
    this.#slowStops = slowStops;
  }

  /** The block that is being defined; undefined where the runner gives no events. */
  get currentBlock(): Block | undefined {
    return this.#state?.currentDescribeBlock;
  }

  get declaring(): boolean | undefined {
    return this.#state === undefined ? undefined : !this.#running;
  }

  /** Controllers that have not been stopped. */
  get alive(): readonly TrackedController[] {
    return this.#records.controllers.filter(({ state }) => state === 'running' || state === 'starting' || state === 'stopping');
  }

  /** The full name of the test in which it was started last. */
  startedIn(controller: TrackedController): string | undefined {
    return this.#records.known(controller)?.startedIn;
  }

  changed(controller: TrackedController): void {
    this.#records.of(controller).changed(runningTest(this.#state), { cleaningUp: this.#cleaningUp });
    this.report.formerPorts.changed(controller);
  }

  own(controller: TrackedController, block: Block | 'file'): void {
    this.#records.of(controller).blocks.add(block);
  }

  /** Each test of the block that is being defined gets a fresh start of it. */
  ownByTest(controller: TrackedController): void {
    if (this.currentBlock !== undefined) this.#records.of(controller).testsOf.add(this.currentBlock);
  }

  readIdle(controller: TrackedController, read: IdleRead): void {
    const record = this.#records.known(controller);
    const owned = record !== undefined && record.blocks.size + record.testsOf.size > 0;
    const inTest = runningTest(this.#state) !== undefined;
    this.report.idleReads.add(controller, read, { block: this.currentBlock, inTest, owned });
  }

  /** The file is not over before this is. */
  awaitBeforeReport(end: Promise<unknown>): void {
    this.#beforeReport.add(end);
    void end.finally(() => this.#beforeReport.delete(end)).catch(() => undefined);
  }

  async handle(event: TestEvent, state: TestState): Promise<void> {
    this.#state = state;
    await this.report.hear(event);
    switch (event.name) {
      case 'run_start':
        this.#running = true;
        break;
      case 'concurrent_tests_start':
        this.#sideBySide = event.tests;
        break;
      // Not `test_start`, which one that is skipped or is to be written has, too: it would be told, and nobody hear of it.
      case 'test_started':
        this.testContext.begin();
        this.#failAtOnce(event.test);
        this.#refuseConcurrent(event.test);
        break;
      case 'hook_start':
        this.#cleaningUp = event.hook.type === 'afterEach' || event.hook.type === 'afterAll';
        break;
      case 'test_done':
        this.#cleaningUp = false;
        this.testContext.end();
        await this.#finishTest(event.test);
        break;
      case 'run_describe_finish':
        this.#cleaningUp = false;
        await this.#finishBlock(event.describeBlock, state);
        break;
      case 'run_finish':
        await Promise.allSettled(this.#beforeReport);
        break;
      default:
    }
  }

  /** A test whose server is dead already need not find out by a refused connection. */
  #failAtOnce(test: Test): void {
    for (const record of this.#records.all) {
      const { controller, blocks } = record;
      if (controller.state !== 'crashed' || ![...blocks].some((block) => block === 'file' || isInside(test, block))) continue;
      const crash = record.takeCrash();
      if (crash !== undefined) {
        putFirst(crash.error, test);
        this.report.diedBefore(test, controller);
      } else test.errors.push(laterError({ name: controller.name, error: record.diedOf }, record.diedIn));
    }
  }

  /** Jest runs no hooks for such tests: nothing would be started. */
  #refuseConcurrent(test: Test): void {
    if (!test.concurrent) return;
    for (const { controller, testsOf } of this.#records.all) {
      if ([...testsOf].some((block) => isInside(test, block))) test.errors.push(raisedAt(test.asyncError, concurrentError(controller)));
    }
  }

  #hasOthersBeside(test: Test): boolean {
    if (!test.concurrent || this.#state === undefined) return false;
    const all = this.#sideBySide ?? concurrentTestsIn(this.#state.rootDescribeBlock);
    return all.some((other) => other !== test && !isOver(other));
  }

  async #finishTest(test: Test): Promise<void> {
    // Requests of tests that go on beside it are none of its own, and nobody can tell them from those that are.
    if (this.idleAfterEach !== undefined && !this.#hasOthersBeside(test))
      test.errors.push(...(await awaitIdle(this.#records.controllers, this.idleAfterEach)));
    await flushAll(this.#records.controllers);
    this.report.testDone(test);
    this.#failFor(test);
    const isReported = test.errors.length > 0;
    if (isReported) await this.report.addTo(test);
    const failures = await this.#stop(this.#records.all.filter(({ testsOf }) => testsOf.size > 0));
    // One that was busy until now may have died before it heard of the stop.
    this.#failFor(test);
    if (!isReported && test.errors.length > 0) await this.report.addTo(test);
    test.errors.push(...failures);
  }

  #failFor(test: Test): void {
    const records = this.#records.all;
    for (const { controller, unreported } of records) {
      if (unreported !== undefined && !hasDied(controller)) this.report.returned(test, { name: controller.name, error: unreported.error });
    }
    // What servers have died of comes first: that is what the test is told more of.
    const failures = [...records.flatMap((record) => record.deathsIn(test)), ...records.flatMap((record) => record.answersInTest())];
    if (failures.length > 0 && test.failing) failAsExpected(test);
    else for (const failure of failures.reverse()) putFirst(failure, test);
  }

  async #finishBlock(block: Block, state: TestState): Promise<void> {
    await flushAll(this.#records.controllers);
    const { all } = this.#records;
    if (block.parent === undefined) await endWaits(all);
    const owned = all.filter(({ blocks }) => blocks.has(block));
    // After the last test nobody else will say that it died: of its block, and of the file, whoever has started it.
    const concluded = block.parent === undefined ? all : owned;
    this.failFile(state, concluded);
    const failures = await this.#stop(owned);
    this.report.blockDone(owned.map(({ controller }) => controller));
    this.failFile(state, concluded);
    state.unhandledErrors.push(...failures);
  }

  /** Fails the file for deaths, and answers that count as failures, of which no test has been told; each error once. */
  failFile({ unhandledErrors }: TestState, records: readonly Watched[] = this.#records.all): void {
    for (const record of records) {
      const { controller } = record;
      const crash = record.takeCrash();
      if (crash !== undefined) {
        const error = crash.error as Error;
        addOnce(error, whoseError({ name: controller.name, error }, hasDied(controller) ? undefined : DOWN_UNTIL_RESTARTED));
        if (!unhandledErrors.includes(error)) unhandledErrors.push(error);
      }
      const answered = takeAnsweredError(controller, 'file');
      if (answered !== undefined) unhandledErrors.push(answered);
    }
  }

  /** Gives what their stopping threw. */
  #stop(records: readonly Watched[]): Promise<Error[]> {
    return stopEach(records.map(({ controller }) => this.#slowStops.noted(controller)));
  }
}

/** Before the client's own ECONNRESET: it is the cause. All on one loop die of the same. */
function putFirst(failure: unknown, test: Test): void {
  if (!test.errors.map(thrownBy).includes(failure)) test.errors.unshift(failure as Test['errors'][number]);
}

function isOver({ status }: Test): boolean {
  return status === 'done' || status === 'skip' || status === 'todo';
}

/** By `test.failing`: what its server has done is what it was to fail by, of which jest-circus, which calls it passed, has not heard. */
function failAsExpected(test: Test): void {
  test.errors = test.errors.filter((entry: unknown) => thrownBy(entry) !== test.asyncError);
}

/** The file is over: nobody waits any more. */
async function endWaits(records: readonly Watched[]): Promise<void> {
  for (const { controller } of records) controller.endWaits?.();
  await untilHeard();
}

/** Tests side by side cannot have a server each. */
export function concurrentError({ name }: TrackedController): UsageError {
  return withoutFrames(
    new UsageError(
      `${name} with { scope: 'test' } has no fresh server for each test.concurrent. Use test(), or make a controller inside each test.`,
    ),
  );
}
