/**
 * What the dependency extractor finds in configurations, or passes over: it must never keep Jest from starting.
 */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporary';

const EXTRACTOR = path.resolve(__dirname, '..', '..', 'dist', 'jest', 'dependency-extractor.js');

/** The key that a process gives which has loaded `loaded`, as Jest's main process has. */
async function cacheKey(files: Readonly<Record<string, string>>, loaded: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const program = `for (const file of ${JSON.stringify(loaded)}) require(file); console.log(require(${JSON.stringify(EXTRACTOR)}).getCacheKey());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { cwd: folder });
  return stdout.replaceAll(folder, '<folder>').trim();
}

const OPTIONS = `testEnvironmentOptions: { controllers: { api: './api' } }`;
const FOUND = 'jest-controller 2 [{"rootDir":"<folder>","modules":["<folder>/api"]}]';

test('a configuration may be one of its own projects', async () => {
  const files = {
    'jest.config.js': `module.exports = { projects: ['<rootDir>', '<rootDir>/sub'], ${OPTIONS} };`,
    'sub/jest.config.js': '',
  };
  expect(await cacheKey(files, ['./jest.config.js'])).toBe(FOUND);
  expect(await cacheKey(files, [])).toBe(FOUND);
});

test('a loaded module that throws when it is looked at is passed over', async () => {
  const strict = `module.exports = new Proxy({}, { get(_, name) { throw new Error('no ' + String(name)); } });`;
  const files = { 'jest.config.js': `module.exports = { ${OPTIONS} };`, 'strict-config.js': strict };
  expect(await cacheKey(files, ['./strict-config.js', './jest.config.js'])).toBe(FOUND);
});
