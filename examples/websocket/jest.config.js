/** @type {import('jest').Config} */
module.exports = {
  preset: 'jest-controller',
  transform: { '^.+\\.ts$': 'ts-jest' },
};
