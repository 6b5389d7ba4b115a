/**
 * Finds the project's own jest-environment-node. Jest's realm.
 *
 * It comes with Jest, but under pnpm or Yarn's Plug'n'Play only Jest's own packages can see it; so it is asked for along their chain.
 */
import type { JestEnvironment } from '@jest/environment';
import { createRequire } from 'node:module';

/**
 * An environment as its subclasses see it. Jest's own type has the event handler as a field, which no method could override.
 * @category Jest
 */
export interface Environment extends Pick<JestEnvironment, 'global' | 'fakeTimers' | 'fakeTimersModern' | 'moduleMocker'> {
  /** Jest calls it before the test file is loaded; await `super`'s first. */
  setup(): Promise<void>;
  /** Jest calls it when the file is done, even after a failed `setup`; await `super`'s last. */
  teardown(): Promise<void>;
  /** The context in which the file runs; null after `teardown`. */
  getVmContext(): ReturnType<JestEnvironment['getVmContext']>;
  /** The conditions by which Jest resolves `exports` of packages. */
  exportConditions?(): string[];
}

/**
 * The class of an environment.
 * @category Jest
 */
export type EnvironmentClass = new (...args: ConstructorParameters<typeof JestEnvironment>) => Environment;

const CHAINS: readonly (readonly string[])[] = [
  [],
  ['jest', '@jest/core', 'jest-config'],
  ['@jest/core', 'jest-config'],
  ['jest-cli', 'jest-config'],
  ['jest-config'],
];

export function requireNodeEnvironment(): EnvironmentClass {
  const starts = [__filename, `${process.cwd()}/jest.js`, ...(require.main === undefined ? [] : [require.main.filename])];
  let failure: unknown;
  for (const start of starts) {
    for (const chain of CHAINS) {
      try {
        const last = chain.reduce((from, name) => createRequire(from).resolve(name), start);
        return (createRequire(last)('jest-environment-node') as { TestEnvironment: EnvironmentClass }).TestEnvironment;
      } catch (error) {
        failure ??= error;
      }
    }
  }
  throw failure;
}
