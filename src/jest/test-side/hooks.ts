/**
 * Jest's hooks, wherever they are. Test side, in a Jest test.
 */
import { UsageError } from '../../errors/errors';

type Hook = (run: () => void | Promise<void>, timeout: number) => void;

export interface Hooks {
  readonly beforeAll: Hook;
  readonly afterAll: Hook;
  readonly beforeEach: Hook;
  readonly afterEach: Hook;
}

const NAMES = ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'] as const;

/** The hooks of the running test file: the globals, or with `injectGlobals: false` those of `@jest/globals`. */
export function requireHooks(): Hooks {
  const globals = globalThis as Partial<Hooks>;
  if (NAMES.every((name) => typeof globals[name] === 'function')) return globals as Hooks;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- inside a Jest test only, where it is always there
    return require('@jest/globals') as Hooks;
  } catch {
    throw outsideJest();
  }
}

/** Neither globals nor `@jest/globals` are there. Why the latter are not says nothing more. */
export function outsideJest(): UsageError {
  return new UsageError('useController() was called outside a Jest test file. Use the controller itself there: await controller.start().');
}
