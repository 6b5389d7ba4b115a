/**
 * Without Jest modules load as Node loads them, TypeScript included where something can compile it.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as testSide from 'jest-controller';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const SCRIPT = path.join(REPOSITORY, 'test', 'fixtures', 'loading', 'load-with-node.js');

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "project" }',
  'module.mjs': `import { Controller } from 'jest-controller'; import { createRequire } from 'node:module';
await 0;
export const told = Controller === createRequire(import.meta.url)('jest-controller').Controller;`,
  'names.js': `exports.told = Object.entries(require('jest-controller')).filter(([name]) => name !== '__esModule').map(([name, value]) => [name, typeof value]).sort();`,
  'user.js': `const send = require('./mailer'); const fs = require('node:fs'); exports.told = [send(), fs.fake];`,
  'user.mjs': `import send from './mailer.js'; import fs from 'fs'; export const told = [send(), fs.fake];`,
  'mailer.js': `module.exports = () => 'real';`,
  'fake-mailer.js': `const real = require('./mailer'); module.exports = () => 'not ' + real();`,
  'fake-fs.js': `module.exports = { fake: true };`,
  'enums.ts': `enum Size { Large = 3 } const size: number = Size.Large; export const told = size;`,
  'module.mts': `enum Size { Large = 3 } await 0; export const told: number = Size.Large;`,
  'throws.js': `\n\nthrow Object.assign(new RangeError('own'), { code: 'OWN' });`,
  'broken.js': `const fine = 1;\nconst = 2;`,
  'misses.js': `require('./nowhere');`,
  'styled.mjs': `import './page.css';`,
  'page.css': ``,
  'lazy.js': `module.exports = () => undefined; module.exports.holder = 'its own';
for (const [name, get] of Object.entries({ told() { return this.holder; }, native() { throw new Error('not installed'); } }))
  Object.defineProperty(module.exports, name, { get, enumerable: true });`,
};

interface Told {
  readonly value?: unknown;
  readonly error?: { name: string; message: string; code?: string; stack: string; cause?: string };
}

let root: string;

beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'jest-controller-')));
  for (const project of ['bare', 'with-tsx']) {
    await installBuild(path.join(root, project, 'node_modules', 'jest-controller'));
    for (const [file, text] of Object.entries(FILES)) await writeFile(path.join(root, project, file), text);
  }
  await symlink(path.join(REPOSITORY, 'node_modules', 'tsx'), path.join(root, 'with-tsx', 'node_modules', 'tsx'), 'junction');
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** The package as tsc wrote it, where the bare host's loader comes from. */
async function installBuild(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(path.join(REPOSITORY, 'package.json'), path.join(folder, 'package.json'));
  await symlink(path.join(REPOSITORY, 'build'), path.join(folder, 'dist'), 'junction');
}

function load(project: string, file: string, mocks: Readonly<Record<string, string>> = {}, flags: readonly string[] = []): Promise<Told> {
  const cwd = path.join(root, project);
  const absolute = Object.fromEntries(
    Object.entries(mocks).map(([target, fake]) => [target.endsWith('.js') ? path.join(cwd, target) : target, path.join(cwd, fake)]),
  );
  const env = { ...process.env, NODE_OPTIONS: '' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...flags, SCRIPT, file, JSON.stringify(absolute)], { cwd, env }, (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('It said nothing.'));
      else resolve(JSON.parse(stdout) as Told);
    });
  });
}

test('require and import give the one doorway of the server side', async () => {
  expect(await load('bare', 'module.mjs')).toEqual({ value: true });
});

test('that doorway has the names of the other, each of which is there', async () => {
  const names = Object.entries(testSide).map(([name, value]) => [name, typeof value]);
  expect(await load('bare', 'names.js')).toEqual({ value: names.sort() });
});

test.each(['user.js', 'user.mjs'])('mocks replace modules for %s', async (file) => {
  expect(await load('bare', file, { 'mailer.js': 'fake-mailer.js', fs: 'fake-fs.js' })).toEqual({ value: ['not real', true] });
});

test.each(['enums.ts', 'module.mts'])('tsx compiles %s where the project has it', async (file) => {
  expect(await load('with-tsx', file)).toEqual({ value: 3 });
});

test.each(['enums.ts', 'module.mts'])('tsx compiles %s where the program was begun with it', async (file) => {
  expect(await load('with-tsx', file, {}, ['--import', 'tsx'])).toEqual({ value: 3 });
});

test('what hangs on an exported function is read when it is asked for, not before', async () => {
  expect(await load('bare', 'lazy.js')).toEqual({ value: 'its own' });
});

test('an error that the module throws comes as itself', async () => {
  const { error } = await load('bare', 'throws.js');
  expect(error).toMatchObject({ name: 'RangeError', message: 'own', code: 'OWN', stack: expect.stringContaining('throws.js:3:') });
});

describe('a ModuleLoadError', () => {
  test('says which file has wrong syntax, and where', async () => {
    const { error } = await load('bare', 'broken.js');
    expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', cause: 'SyntaxError' });
    expect(error?.stack).toContain(`at ${path.join(root, 'bare', 'broken.js')}:2:7`);
  });

  test('says which module is not found, and who asked', async () => {
    const { error } = await load('bare', 'misses.js');
    expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', cause: 'Error' });
    expect(error?.message).toContain(`'./nowhere' from ${path.join(root, 'bare', 'misses.js')}`);
  });

  test('says that the file itself is not there', async () => {
    const { error } = await load('bare', 'none.js');
    expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('none.js') });
  });

  test('names the kind of file that nothing can load, and no Jest where there is none', async () => {
    const { error } = await load('bare', 'styled.mjs');
    expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('page.css') });
    expect(error?.message).not.toContain('`transform`');
  });

  const strips = (process.features as { typescript?: unknown }).typescript;
  (strips === undefined || strips === false ? test : test.skip)('names both ways to TypeScript where there is none', async () => {
    const { error } = await load('bare', 'enums.ts');
    expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', cause: 'TypeError' });
    expect(error?.message).toMatch(/install `tsx`.*or run a Node that strips types/s);
  });
});
