/**
 * `npm test`: the short form of the suite. jest.all.config.js runs everything; test/README.md says what is where.
 */
const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.long\\.test\\.ts$'],
  transform: { '^.+\\.m?ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  testTimeout: 20_000,
  // Tests wait for threads and processes more than they compute.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
