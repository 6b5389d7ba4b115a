/** @type {import('jest').Config} */
module.exports = {
  preset: 'jest-controller',
  moduleNameMapper: { '^@app/(.*)$': '<rootDir>/src/$1' },
  collectCoverage: true,
  coverageThreshold: { global: { lines: 100 } },
};
