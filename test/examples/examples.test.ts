/**
 * Every project in examples/ passes on its own, with the packages that its package.json names and no others.
 */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { inForm } from '../form';

const repository = path.resolve(__dirname, '..', '..');
const examples = path.join(repository, 'examples');
const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => name);

function read(name: string, file: string): string {
  return readFileSync(path.join(examples, name, file), 'utf8');
}

/** Those that are run. */
const run = inForm(names, ['esm']);

describe.each(names)('the example %s', (name) => {
  test('says how it is run', () => {
    expect(read(name, 'README.md')).toMatch(/^ {4}npm install\n {4}npm test$/m);
  });

  test('takes this package from the repository', () => {
    const { devDependencies } = JSON.parse(read(name, 'package.json')) as { devDependencies: Record<string, string> };
    expect(devDependencies['jest-controller']).toBe('file:../..');
  });

  if (!run.includes(name)) return;

  test('passes', async () => {
    const script = path.join(repository, 'scripts', 'run-examples.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, name], { cwd: repository });
    expect(stdout).toContain('examples: 1 passed, 0 failed');
  }, 120_000);
});
