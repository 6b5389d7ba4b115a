/**
 * `npm run test:all`: every test file, with every row and round of those that `npm test` runs shortened.
 */
const short = require('./jest.config');

/** @type {import('jest').Config} */
module.exports = { ...short, testPathIgnorePatterns: ['/node_modules/'], globals: { everything: true } };
