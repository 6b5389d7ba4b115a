/**
 * The preset: `preset: 'jest-controller'`. Jest's realm.
 */
import * as path from 'node:path';

module.exports = {
  testEnvironment: path.join(__dirname, 'environment.js'),
  dependencyExtractor: path.join(__dirname, 'dependency-extractor.js'),
};
