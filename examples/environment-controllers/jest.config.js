/** @type {import('jest').Config} */
module.exports = {
  preset: 'jest-controller',
  transform: { '^.+\\.ts$': 'ts-jest' },
  testEnvironmentOptions: {
    controllers: {
      // relative to rootDir; a test file's docblock may choose others
      clock: './src/clock.controller',
      greeter: { module: './src/greeter', export: 'greet', readyTimeout: 10_000 },
    },
  },
};
