/**
 * `npm test`: the short form of the suite. jest.all.config.ts runs everything; test/README.md says what is where.
 * @jest-config-loader ts-node
 * @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"module": "commonjs", "moduleResolution": "bundler"}}
 */
import type { Config } from 'jest';
import { availableParallelism } from 'node:os';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.long\\.test\\.ts$'],
  transform: { '^.+\\.m?ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  setupFiles: ['<rootDir>/test/set-up.cjs'],
  globalSetup: '<rootDir>/test/global-set-up.mjs',
  globalTeardown: '<rootDir>/test/global-tear-down.mjs',
  // To end what hangs. The processes that tests wait for have a shorter limit, in test/limits.ts: their end says more.
  testTimeout: 240_000,
  workerGracefulExitTimeout: 20_000,
  // Tests wait for threads and processes more than they compute: on two cores, three take an eighth less time than two.
  maxWorkers: availableParallelism() + 1,
};

export default config;
