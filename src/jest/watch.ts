/**
 * Watches over the controllers of one test file along jest-circus's events: who dies in which test, who is stopped when. Jest's realm.
 */
import { UsageError } from '../errors/errors';
import type { IdleRead, TrackedController } from '../controller/surroundings';
import { fullName, isInside, thrownBy, type Block, type Test, type TestEvent, type TestState } from './block-events';
import { FailureReport } from './report/failure-report';
import { addOnce, raisedAt } from './report/output';
import { flushAll } from './both-realms/flush';
import { awaitIdle } from './idle-after-each';
import { asItIs, hasDied, laterError, whoseError } from './both-realms/later-error';
import { testErrorOf } from './both-realms/server-error';
import type { SlowStops } from './report/slow-stops';
import { stopEach } from './both-realms/stop-all';
import { untilHeard } from './both-realms/until-heard';
import { withoutFrames } from './both-realms/without-frames';

/** What is known of one controller. */
interface Watched {
  readonly controller: TrackedController;
  /** Whose it is: some blocks', each of which starts it anew, all tests' of the file, or nobody's. */
  readonly blocks: Set<Block | 'file'>;
  untilTestEnd: boolean;
  /** Each test of this block gets a fresh start of it. */
  testsOf: Block | undefined;
  /** What it has crashed with, where no test has been told and it was not started again. */
  unreported: { readonly error: unknown } | undefined;
  /** The test in which it was started last; undefined where it was in none. */
  startedIn: string | undefined;
  /** The test in which it died; undefined where it died in none. */
  diedIn: string | undefined;
  /** What it died of, as it was before a failing test added to it. */
  diedOf: unknown;
}

export class Watch {
  /** Milliseconds that servers get after each test until no request is in flight; undefined to go on at once. */
  idleAfterEach: number | undefined;
  readonly report = new FailureReport(() => [...this.#records.keys()]);
  readonly #slowStops: SlowStops;
  readonly #records = new Map<TrackedController, Watched>();
  readonly #beforeReport = new Set<Promise<unknown>>();
  #state: TestState | undefined;
  #running = false;
  /** Whether an `afterEach` hook runs: that it restarts a server does not say that the test has expected a crash. */
  #cleaningUp = false;

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
    return [...this.#records.keys()].filter(({ state }) => state === 'running' || state === 'starting' || state === 'stopping');
  }

  /** The full name of the test in which it was started last. */
  startedIn(controller: TrackedController): string | undefined {
    return this.#records.get(controller)?.startedIn;
  }

  changed(controller: TrackedController): void {
    const record = this.#recordOf(controller);
    const test = this.#state?.currentlyRunningTest;
    if (controller.state === 'starting') {
      // Of tests that run side by side, jest-circus says of one at a time that it runs.
      record.startedIn = test && !test.concurrent ? fullName(test) : undefined;
    } else if (controller.state === 'crashed') {
      record.unreported = controller.crashHandled ? undefined : { error: controller.error };
      if (record.unreported === undefined && test) record.diedIn = fullName(test);
    } else if (controller.state === 'running') {
      if (!this.#cleaningUp) record.unreported = undefined;
      record.diedIn = undefined;
      record.diedOf = undefined;
    }
  }

  own(controller: TrackedController, block: Block | 'file'): void {
    this.#recordOf(controller).blocks.add(block);
  }

  ownByTest(controller: TrackedController): void {
    const record = this.#recordOf(controller);
    record.untilTestEnd = true;
    record.testsOf = this.currentBlock;
  }

  readIdle(controller: TrackedController, read: IdleRead): void {
    const record = this.#records.get(controller);
    const owned = record !== undefined && (record.blocks.size > 0 || record.untilTestEnd);
    const inTest = (this.#state?.currentlyRunningTest ?? null) !== null;
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
      case 'test_start':
        this.#failAtOnce(event.test);
        this.#refuseConcurrent(event.test);
        break;
      case 'hook_start':
        this.#cleaningUp = event.hook.type === 'afterEach';
        break;
      case 'test_done':
        this.#cleaningUp = false;
        await this.#finishTest(event.test);
        break;
      case 'run_describe_finish':
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
    for (const record of this.#records.values()) {
      const { controller, blocks, diedIn, diedOf = controller.error } = record;
      if (controller.state !== 'crashed' || ![...blocks].some((block) => block === 'file' || isInside(test, block))) continue;
      if (record.unreported !== undefined) {
        putFirst(told(record, record.unreported), test);
        this.report.diedBefore(controller);
      } else test.errors.push(laterError({ name: controller.name, error: diedOf }, diedIn));
    }
  }

  /** Jest runs no hooks for such tests: nothing would be started. */
  #refuseConcurrent(test: Test): void {
    if (!test.concurrent) return;
    for (const { controller, testsOf } of this.#records.values()) {
      if (testsOf !== undefined && isInside(test, testsOf)) test.errors.push(raisedAt(test.asyncError, concurrentError(controller)));
    }
  }

  async #finishTest(test: Test): Promise<void> {
    if (this.idleAfterEach !== undefined) test.errors.push(...(await awaitIdle([...this.#records.keys()], this.idleAfterEach)));
    await flushAll([...this.#records.keys()]);
    this.report.testDone();
    this.#failFor(test);
    const isReported = test.errors.length > 0;
    if (isReported) await this.report.addTo(test);
    const passing = [...this.#records.values()].filter(({ untilTestEnd }) => untilTestEnd);
    const failures = await this.#stop(passing);
    // One that was busy until now may have died before it heard of the stop.
    this.#failFor(test);
    if (!isReported && test.errors.length > 0) await this.report.addTo(test);
    test.errors.push(...failures);
  }

  #failFor(test: Test): void {
    const records = [...this.#records.values()];
    for (const { controller, unreported } of records) {
      if (unreported !== undefined && !hasDied(controller)) this.report.returned({ name: controller.name, error: unreported.error });
    }
    const failures = records.flatMap((record) => failuresOf(record, test));
    if (failures.length > 0 && test.failing) failAsExpected(test);
    else for (const failure of failures) putFirst(failure, test);
  }

  async #finishBlock(block: Block, state: TestState): Promise<void> {
    await flushAll([...this.#records.keys()]);
    const all = [...this.#records.values()];
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

  /** Fails the file for deaths of which no test has been told, each error once. */
  failFile({ unhandledErrors }: TestState, records: Iterable<Watched> = this.#records.values()): void {
    for (const record of records) {
      if (record.unreported === undefined) continue;
      const error = record.unreported.error as Error;
      addOnce(error, whoseError({ name: record.controller.name, error }));
      if (!unhandledErrors.includes(error)) unhandledErrors.push(error);
      record.unreported = undefined;
    }
  }

  /** Gives what their stopping threw. */
  #stop(records: readonly Watched[]): Promise<Error[]> {
    return stopEach(records.map(({ controller }) => this.#slowStops.noted(controller)));
  }

  #recordOf(controller: TrackedController): Watched {
    let record = this.#records.get(controller);
    if (record === undefined) {
      record = {
        controller,
        blocks: new Set(),
        untilTestEnd: false,
        testsOf: undefined,
        unreported: undefined,
        startedIn: undefined,
        diedIn: undefined,
        diedOf: undefined,
      };
      this.#records.set(controller, record);
    }
    return record;
  }
}

/** What the test has to fail by: its server has died, or answered with an error that counts as a failure. */
function failuresOf(record: Watched, test: Test): unknown[] {
  const { controller, unreported } = record;
  const failures: unknown[] = [];
  // Though the test has stopped it meanwhile.
  if (unreported !== undefined) {
    failures.push(told(record, unreported));
    if (controller.state !== 'running') {
      record.diedIn = fullName(test);
      controller.diedIn(record.diedIn);
    }
  }
  const swallowed = controller.takeServerError();
  if (swallowed !== undefined) failures.push(testErrorOf(controller, swallowed));
  return failures;
}

/** What the server has died of, which a test is told now. */
function told(record: Watched, { error }: { readonly error: unknown }): unknown {
  record.unreported = undefined;
  record.diedOf = asItIs(error);
  return error;
}

/** Before the client's own ECONNRESET: it is the cause. All on one loop die of the same. */
function putFirst(failure: unknown, test: Test): void {
  if (!test.errors.map(thrownBy).includes(failure)) test.errors.unshift(failure as Test['errors'][number]);
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
