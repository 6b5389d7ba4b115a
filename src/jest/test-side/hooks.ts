/**
 * Jest's hooks, wherever they are. Test side, in a Jest test.
 */
import { UsageError } from '../../errors/errors';
import { jestSurroundings } from './around';
import { runningTest } from '../../controller/options/running-test';

type Hook = (run: () => void | Promise<void>, timeout: number) => void;

export interface Hooks {
  readonly beforeAll: Hook;
  readonly afterAll: Hook;
  readonly beforeEach: Hook;
  readonly afterEach: Hook;
}

const NAMES = ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'] as const;

/** Who declares hooks. */
export type HookUser = 'useController' | 'useControllers' | 'useLoop';

/**
 * The hooks of the running test file: the globals, or with `injectGlobals: false` those of `@jest/globals`.
 * @throws {@link UsageError} where none can be declared
 */
export function requireHooks(user: HookUser): Hooks {
  if (jestSurroundings()?.declaring === false || (jestSurroundings() === undefined && insideTest())) throw insideTests(user);
  const globals = globalThis as Partial<Hooks>;
  if (NAMES.every((name) => typeof globals[name] === 'function')) return globals as Hooks;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- inside a Jest test only, where it is always there
    return require('@jest/globals') as Hooks;
  } catch {
    throw outsideJest(user);
  }
}

/** Without the environment, only the name of the running test tells. A runner that keeps modules from file to file keeps the last name, too. */
function insideTest(): boolean {
  const { currentTestName, testPath } = runningTest();
  return currentTestName !== undefined && testPath === LOADED_IN;
}

/** The test file that has loaded this module. */
const LOADED_IN = runningTest().testPath;

export function insideTests(user: HookUser): UsageError {
  const instead =
    user === 'useLoop'
      ? 'make a `new ThreadLoop()`'
      : 'start a controller of your own, `const c = await new MyController().start()`, and end it by `await c.stop()`';
  return new UsageError(
    `${user}() was called inside a test or hook. Call it at the top of the file or of a describe block; inside a test ${instead}.`,
  );
}

/** Neither globals nor `@jest/globals` are there. Why the latter are not says nothing more. */
export function outsideJest(user: HookUser): UsageError {
  return new UsageError(`${user}() was called outside a Jest test file. Use the controller itself there: await controller.start().`);
}
