/**
 * The API reference in docs/api is what the docstrings make of themselves today, and lacks nothing.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { REPOSITORY } from '../package/installed-project';

const TYPEDOC = path.join(REPOSITORY, 'node_modules', 'typedoc', 'bin', 'typedoc');
const kept = path.join(REPOSITORY, 'docs', 'api');

let folder: string;
let output: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'api-'));
  const { stdout, stderr } = spawnSync(process.execPath, [TYPEDOC, '--out', folder], { cwd: REPOSITORY, encoding: 'utf8' });
  output = `${stdout}${stderr}`;
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pagesIn = (root: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(path.join(root, name), 'utf8')]),
  );

test('every public member has its docstring, and every link in them leads somewhere', () => {
  if (/\b(?:warning|error)\b/i.test(output)) throw new Error(output);
});

test('docs/api is up to date', () => {
  const now = pagesIn(folder);
  const then = pagesIn(kept);
  const stale = [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((name) => now[name] !== then[name]);
  if (stale.length > 0)
    throw new Error(`Run \`npm run docs:api\` and commit what it writes. Not up to date: ${stale.slice(0, 5).join(', ')}`);
  expect(Object.keys(now)).toContain('jest-controller/classes/Controller.md');
});

test('nothing in it depends on where or when it was made', () => {
  const all = Object.values(pagesIn(kept)).join('\n');
  expect(all).not.toContain(REPOSITORY);
  expect(all).not.toMatch(/\bDefined in\b|\b20\d\d-\d\d-\d\d\b/);
});
