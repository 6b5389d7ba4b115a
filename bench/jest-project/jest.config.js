module.exports = { preset: 'jest-controller', transform: { '^.+\\.ts$': 'ts-jest' } };
