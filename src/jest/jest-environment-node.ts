/**
 * Finds the project's own jest-environment-node. Jest's realm.
 *
 * It comes with Jest, but under pnpm or Yarn's Plug'n'Play only Jest's own packages can see it; so it is asked for along their chain. The runner
 * that loads environments comes first: a workspace may have another Jest beside this package than the one that runs.
 */
import type { JestEnvironment } from '@jest/environment';
import { createRequire } from 'node:module';
import { UsageError } from '../errors/errors';

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

/** It is loaded wherever an environment is, and has the environment of its own version. */
const RUNNER = /[\\/]jest-runner[\\/]build[\\/]\w+\.js$/;

export function requireNodeEnvironment(): EnvironmentClass {
  const starts = [
    // This file's own `require` has none where it was imported and a load hook gave its text, as Yarn's does.
    ...Object.keys(createRequire(__filename).cache).filter((file) => RUNNER.test(file)),
    __filename,
    `${process.cwd()}/jest.js`,
    ...(require.main === undefined ? [] : [require.main.filename]),
  ];
  let failure: unknown;
  for (const start of starts) {
    for (const chain of CHAINS) {
      try {
        const last = chain.reduce((from, name) => createRequire(from).resolve(name), start);
        return environmentIn(last);
      } catch (error) {
        failure ??= error;
      }
    }
  }
  throw failure;
}

/** Beside Jest's own there may be an older one, which another package has brought. */
function environmentIn(file: string): EnvironmentClass {
  const requireThere = createRequire(file);
  const { TestEnvironment } = requireThere('jest-environment-node') as { TestEnvironment?: EnvironmentClass };
  if (TestEnvironment === undefined) throw tooOld(requireThere.resolve('jest-environment-node'));
  return TestEnvironment;
}

/** Before Jest 28 the class was the module itself. */
export function tooOld(file: string): UsageError {
  return new UsageError(`${file} is that of a Jest before 28. Install Jest 29.7 or later: npm install --save-dev jest.`);
}
