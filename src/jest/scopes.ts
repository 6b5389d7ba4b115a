/**
 * Ties a controller's life to Jest's blocks and tests. Test side, in a Jest test.
 */
import type { Controller } from '../controller/controller';
import { SETTINGS, TRACKED } from '../controller/internals';
import { surroundings } from '../controller/surroundings';
import { STOP_GRACE } from '../controller/session';
import { END_GRACE } from '../loop/link';
import { UsageError } from '../errors/errors';
import type { CallSite } from '../remote/call-site';
import { explainHiddenEnvironment } from './hidden-environment';
import type { Hooks } from './hooks';
import { withPlace } from '../controller/place';
import type { JestSurroundings } from './surroundings';

/** What hooks get beyond the controller's own limits, so that its error comes first. Milliseconds. */
const SLACK = 5000;

type AnyController = Controller<unknown>;

/**
 * Starts before the block's tests and stops after them: with the environment after all of its afterAll hooks. `site` is where that was asked
 * for.
 */
export function runInBlock(controller: AnyController, hooks: Hooks, site: CallSite): void {
  const around = surroundings() as JestSurroundings | undefined;
  hooks.beforeAll(() => startForJest(controller, site), startLimit(controller));
  if (around?.ownByBlock(controller[TRACKED]) === true) return;
  hooks.afterAll(async () => {
    await controller.stop();
  }, stopLimit(controller));
}

/** As `runInBlock`, for several that start by one call; all are stopped when it fails. */
export function runTogether(controllers: readonly AnyController[], start: () => Promise<void>, hooks: Hooks, site: CallSite): void {
  const around = surroundings() as JestSurroundings | undefined;
  const stopAll = async (): Promise<void> => {
    await Promise.all(controllers.map((controller) => controller.stop()));
  };
  hooks.beforeAll(
    async () => {
      try {
        await start();
      } catch (error) {
        await stopAll();
        throw explained(error, site);
      }
    },
    // One may wait for all others.
    atMost(controllers.reduce((sum, controller) => sum + startLimit(controller), SLACK)),
  );
  const owned = controllers.map((controller) => around?.ownByBlock(controller[TRACKED]) === true);
  if (!owned.includes(false)) return;
  hooks.afterAll(stopAll, Math.max(SLACK, ...controllers.map(stopLimit)));
}

/** Starts before each test of the block and stops after it. */
export function runInTests(controller: AnyController, hooks: Hooks, site: CallSite): void {
  const around = surroundings() as JestSurroundings | undefined;
  hooks.beforeEach(
    async () => {
      if (controller.state !== 'idle' && controller.state !== 'stopped' && controller.state !== 'crashed') throw overlapping(controller);
      await controller.stop();
      await startForJest(controller, site);
    },
    startLimit(controller) + stopLimit(controller),
  );
  if (around?.ownByTest(controller[TRACKED]) === true) return;
  hooks.afterEach(async () => {
    await controller.stop();
  }, stopLimit(controller));
}

async function startForJest(controller: AnyController, site: CallSite): Promise<void> {
  try {
    await controller.start();
  } catch (error) {
    throw explained(error, site);
  }
}

/** The error of a start, with what Jest's user wants to know of it. */
function explained(error: unknown, site: CallSite): unknown {
  return withPlace(explainHiddenEnvironment(error), site);
}

function startLimit(controller: AnyController): number {
  const { loadTimeout, readyTimeout } = controller[SETTINGS];
  return atMost(loadTimeout + readyTimeout + SLACK);
}

function stopLimit(controller: AnyController): number {
  return atMost(controller[SETTINGS].stopTimeout + STOP_GRACE + END_GRACE + SLACK);
}

function atMost(ms: number): number {
  return Math.min(ms, 2 ** 31 - 1);
}

function overlapping({ constructor }: AnyController): UsageError {
  return new UsageError(
    `${constructor.name} with { scope: 'test' } is still running for another test: tests that run side by side (test.concurrent) cannot have ` +
      `a fresh server each from one controller. Use test(), or make a controller inside each test.`,
  );
}
