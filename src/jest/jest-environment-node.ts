/**
 * Finds the project's own jest-environment-node. Jest's realm.
 *
 * It comes with Jest, but under pnpm or Yarn's Plug'n'Play only Jest's own packages can see it; so it is asked for along their chain.
 */
import type { JestEnvironment } from '@jest/environment';
import { createRequire } from 'node:module';

export type EnvironmentClass = new (...args: ConstructorParameters<typeof JestEnvironment>) => JestEnvironment;

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
