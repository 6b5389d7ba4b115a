/**
 * Ties a controller's life to Jest's blocks and tests. Test side, in a Jest test.
 */
import type { Controller } from '../../controller/controller';
import { SETTINGS, TRACKED } from '../../controller/internals';
import { withPlace } from '../../controller/source/place';
import type { TrackedController } from '../../controller/surroundings';
import { STOP_GRACE } from '../../controller/session/session';
import { END_GRACE } from '../../loop/ending';
import { UsageError } from '../../errors/errors';
import { classNameOf } from '../../protocol/class-name';
import type { CallSite } from '../../remote/call-site';
import { LONGEST_DELAY } from '../../time/clock';
import { jestSurroundings } from './around';
import { explainHiddenEnvironment } from './hidden-environment';
import { HookWatch } from './hook-watch';
import type { Hooks } from './hooks';
import type { Failing } from '../both-realms/server-error';
import { stopAll } from '../both-realms/stop-all';
import { ANSWER_LIMIT } from '../both-realms/answer-limit';

/** What hooks get beyond the controller's own limits, so that its error comes first. Milliseconds. */
export const SLACK = 5000;

type AnyController = Controller<unknown>;

/** What is started and stopped together: one controller, or several. */
export interface Group {
  readonly controllers: readonly AnyController[];
  /** Rejects with the error of the first that failed, and leaves none running then. */
  start(): Promise<unknown>;
}

/**
 * Starts before the block's tests and stops after them: with the environment after all of its afterAll hooks. `site` is where that was asked
 * for.
 */
export function runInBlock(group: Group, hooks: Hooks, site: CallSite): void {
  const around = jestSurroundings();
  const watch = watchByHooks(group);
  hooks.beforeAll(async () => {
    await startForJest(group, site);
    watch?.begin();
  }, startLimit(group));
  if (watch !== undefined) {
    hooks.beforeEach(() => {
      watch.beforeTest();
    }, SLACK);
    hooks.afterEach(() => watch.afterTest(), SLACK);
  }
  if (isOwned(group, (controller) => around?.ownByBlock(controller) === true)) return;
  hooks.afterAll(() => stopWatched(group, 'file', watch), stopLimit(group));
}

/** Starts before each test of the block and stops after it. */
export function runInTests(group: Group, hooks: Hooks, site: CallSite): void {
  const around = jestSurroundings();
  const watch = watchByHooks(group);
  hooks.beforeEach(
    async () => {
      const running = group.controllers.find(({ state }) => state !== 'idle' && state !== 'stopped' && state !== 'crashed');
      if (running !== undefined) throw overlapping(running);
      await stopTogether(group);
      await startForJest(group, site);
      watch?.begin();
    },
    capped(startLimit(group) + stopLimit(group)),
  );
  if (isOwned(group, (controller) => around?.ownByTest(controller) === true)) return;
  hooks.afterEach(
    async () => {
      try {
        await watch?.afterTest();
      } finally {
        await stopWatched(group, 'test', watch);
      }
    },
    capped(stopLimit(group) + ANSWER_LIMIT),
  );
}

/** Stops it. @throws what a server died of before it had heard of that */
async function stopWatched(group: Group, failing: Failing, watch: HookWatch | undefined): Promise<void> {
  try {
    await stopTogether(group);
    watch?.afterStop(failing);
  } finally {
    watch?.end();
  }
}

/** @throws the first error of a stop, with the place where its controller was made */
function stopTogether({ controllers }: Group): Promise<void> {
  return stopAll(controllers.map((controller) => ({ stop: () => controller.stop(), madeAt: controller[TRACKED].madeAt })));
}

/** Fails tests for what becomes of their servers; undefined where the environment does. */
function watchByHooks({ controllers }: Group): HookWatch | undefined {
  return jestSurroundings()?.failsTests === true ? undefined : new HookWatch(controllers);
}

/** Whether the environment stops all of them. It is told of each. */
function isOwned({ controllers }: Group, own: (controller: TrackedController) => boolean): boolean {
  return !controllers.map((controller) => own(controller[TRACKED])).includes(false);
}

async function startForJest(group: Group, site: CallSite): Promise<void> {
  try {
    await group.start();
  } catch (error) {
    throw withPlace(explainHiddenEnvironment(error), site);
  }
}

/** One may wait for all others. */
function startLimit({ controllers }: Group): number {
  const limits = controllers.map((controller) => controller[SETTINGS]);
  return capped(limits.reduce((sum, { loadTimeout, readyTimeout }) => sum + loadTimeout + readyTimeout + SLACK, 0));
}

function stopLimit({ controllers }: Group): number {
  const longest = Math.max(0, ...controllers.map((controller) => controller[SETTINGS].stopTimeout));
  return capped(longest + STOP_GRACE + END_GRACE + SLACK);
}

/** A longer time limit would fire at once. */
function capped(ms: number): number {
  return Math.min(ms, LONGEST_DELAY);
}

function overlapping({ constructor }: AnyController): UsageError {
  return new UsageError(
    `${classNameOf(constructor)} with { scope: 'test' } is still running for another test: tests that run side by side (test.concurrent) cannot have ` +
      `a fresh server each from one controller. Use test(), or make a controller inside each test.`,
  );
}
