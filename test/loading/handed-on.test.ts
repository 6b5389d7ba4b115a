/**
 * What one thread finds out about node_modules, the next one need not: and gets the same modules, in whatever has changed since too.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';

interface Batch {
  readonly contents: readonly string[];
  readonly shared: SharedArrayBuffer;
}

interface Heard {
  readonly exported: unknown;
  readonly batches: readonly Batch[];
  readonly told: number;
}

interface Inheritance {
  readonly found?: readonly Batch[];
  /** Required before the module is loaded. */
  readonly before?: string;
  readonly execArgv?: readonly string[];
  /** It has prepared what it was given. */
  readonly isSpare?: boolean;
}

let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'handed-on-')));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Loads `server.js`, which exports as `seen` what a test is to look at, in a thread of its own. */
async function thread({ found = [], execArgv = [], ...rest }: Inheritance = {}): Promise<Heard> {
  const worker = new Worker(resolve(__dirname, '../fixtures/loading/heir.js'), {
    execArgv: [...execArgv],
    workerData: { file: join(folder, 'server.js'), found: found.map(({ shared }) => shared), ...rest },
  });
  const [heard] = (await once(worker, 'message')) as [Heard];
  await worker.terminate();
  return heard;
}

/** The same in a thread as Node has it. */
async function seenByNode(): Promise<unknown> {
  const server = JSON.stringify(join(folder, 'server.js'));
  const worker = new Worker(`require('node:worker_threads').parentPort.postMessage(require(${server}).seen)`, { eval: true });
  const [seen] = (await once(worker, 'message')) as [unknown];
  return seen;
}

const filesIn = (batches: readonly Batch[]): string[] =>
  batches.flatMap(({ contents }) =>
    contents.filter((content) => content.startsWith(folder)).map((content) => content.split('\0')[0] ?? ''),
  );

const PACKAGE = {
  'server.js': `exports.seen = require('parts');`,
  'node_modules/parts/package.json': '{ "main": "main.js" }',
  'node_modules/parts/main.js': `module.exports = ['main', require('./lib/wheel'), require('bolt')];`,
  'node_modules/parts/lib/wheel.js': `module.exports = 'wheel';`,
  'node_modules/bolt/index.js': `require('node:http'); module.exports = 'bolt';`,
};

test.each([false, true])('the next thread gets the same modules and finds nothing new (spare: %s)', async (isSpare) => {
  write(PACKAGE);
  const first = await thread();
  const second = await thread({ found: first.batches, isSpare });
  expect(first.exported).toStrictEqual(['main', 'wheel', 'bolt']);
  expect(
    filesIn(first.batches)
      .map((file) => file.slice(folder.length))
      .sort(),
  ).toStrictEqual(['/node_modules/bolt/index.js', '/node_modules/parts/lib/wheel.js', '/node_modules/parts/main.js']);
  expect(first.batches[0]?.contents).toContain('http');
  expect(first.told).toBeGreaterThan(0);
  expect(second).toStrictEqual({ exported: first.exported, batches: [], told: 0 });
});

test("the project's own files are not handed on", async () => {
  write({ ...PACKAGE, 'server.js': `exports.seen = require('./part');`, 'part.js': `module.exports = require('parts');` });
  expect(filesIn((await thread()).batches)).not.toContain(join(folder, 'part.js'));
});

test.each([false, true])('a file that has changed is read anew (spare: %s)', async (isSpare) => {
  write(PACKAGE);
  const { batches } = await thread();
  write({ 'node_modules/parts/lib/wheel.js': `module.exports = 'WHEEL';` });
  const { exported } = await thread({ found: batches, isSpare });
  expect(exported).toStrictEqual(['main', 'WHEEL', 'bolt']);
});

test('a file that is gone is looked for anew', async () => {
  write(PACKAGE);
  const { batches } = await thread();
  rmSync(join(folder, 'node_modules/parts/lib/wheel.js'));
  write({ 'node_modules/parts/lib/wheel/index.js': `module.exports = 'other wheel';` });
  const { exported } = await thread({ found: batches });
  expect(exported).toStrictEqual(['main', 'other wheel', 'bolt']);
});

test('a package that has another entry is looked for anew', async () => {
  write(PACKAGE);
  const { batches } = await thread();
  write({ 'node_modules/parts/package.json': '{ "main": "other.js" }', 'node_modules/parts/other.js': `module.exports = 'other';` });
  expect((await thread({ found: batches })).exported).toBe('other');
});

test('a linked package that points elsewhere now is found there', async () => {
  write({
    'server.js': PACKAGE['server.js'],
    'node_modules/.store/parts@1/node_modules/parts/index.js': 'module.exports = 1;',
    'node_modules/.store/parts@2/node_modules/parts/index.js': 'module.exports = 2;',
  });
  const link = join(folder, 'node_modules/parts');
  symlinkSync(join(folder, 'node_modules/.store/parts@1/node_modules/parts'), link);
  const { batches } = await thread();
  rmSync(link);
  symlinkSync(join(folder, 'node_modules/.store/parts@2/node_modules/parts'), link);
  expect((await thread({ found: batches })).exported).toBe(2);
});

test('a package that is installed nearer is found there', async () => {
  write(PACKAGE);
  const { batches } = await thread();
  write({ 'node_modules/parts/node_modules/bolt/index.js': `module.exports = 'nearer bolt';` });
  expect((await thread({ found: batches })).exported).toStrictEqual(['main', 'wheel', 'nearer bolt']);
});

const LOOK = `
  try { null.member } catch (error) { exports.position = error.stack.split('\\n')[1].replace(/.*node_modules/, ''); }
  exports.text = String(function kept(a, b) { /* as written */ return a + b; });
  exports.self = [this === exports, module.exports === exports, typeof arguments, arguments.length];
  exports.require = [Object.keys(require).sort(), typeof require.resolve.paths, require.main === process.mainModule, require.length, require.name];
  exports.module = [module.id === __filename, module.parent.filename, module.children.length, module.loaded, module.paths[0], __dirname];
  exports.cached = require.cache[__filename] === module && module.parent.children.includes(module);
  exports.resolved = [require.resolve('./other'), require.resolve.paths('x')[0]];
  exports.cycle = require('./cycle').seen;`;

const PECULIAR = {
  'server.js': `
    const look = require('look');
    const failed = (run) => { try { return run(); } catch (error) { return [error.name, error.code, error.message.split('\\n')[0]]; } };
    exports.seen = {
      look: { ...look },
      marked: [require('look/marked'), require('look/bom')],
      missing: failed(() => require('look/missing')),
      wrong: failed(() => require('look/wrong')).slice(0, 2),
      again: require('look') === look,
    };`,
  'node_modules/look/index.js': LOOK,
  'node_modules/look/other.js': '',
  'node_modules/look/cycle.js': `exports.seen = Object.keys(require('./index')).length > 0;`,
  'node_modules/look/marked.js': `#!/usr/bin/env node\nmodule.exports = 'marked';`,
  'node_modules/look/bom.js': `\uFEFFmodule.exports = 'bom';`,
  'node_modules/look/missing.js': `require('nowhere');`,
  'node_modules/look/wrong.js': `const = 1;`,
};

test('a module sees what Node would give it, on the first thread and on the next', async () => {
  write(PECULIAR);
  const expected = await seenByNode();
  const first = await thread();
  const second = await thread({ found: first.batches });
  expect(first.exported).toStrictEqual(expected);
  expect(second.exported).toStrictEqual(expected);
});

test('a package that resolves for a parent of its own making is answered as by Node', async () => {
  write({
    'server.js': `exports.seen = require('finder');`,
    'node_modules/finder/index.js': `
      const { Module } = require('node:module');
      const paths = Module._nodeModulePaths(__dirname);
      const parents = [{ paths }, { filename: null, paths }, { filename: __filename }, { id: __filename, filename: __filename, paths }];
      const requests = [__dirname + '/part', './part', require('bolt')];
      module.exports = parents.map((parent) => requests.map((request) => {
        try { return Module._resolveFilename(request, parent); } catch (error) { return error.code; }
      }));`,
    'node_modules/finder/part.js': '',
    'node_modules/bolt/index.js': `module.exports = 'bolt';`,
  });
  const expected = await seenByNode();
  const first = await thread();
  const second = await thread({ found: first.batches });
  expect(first.exported).toStrictEqual(expected);
  expect(second.exported).toStrictEqual(expected);
});

test('import() in a package finds what is near it', async () => {
  write({
    'server.js': `exports.seen = require('lazy')();`,
    'node_modules/lazy/index.js': `module.exports = async () => (await import('./late.mjs')).default;`,
    'node_modules/lazy/late.mjs': `export default 'late';`,
  });
  const first = await thread();
  const second = await thread({ found: first.batches });
  expect([first.exported, second.exported]).toStrictEqual(['late', 'late']);
});

test('types in comments are no imports', async () => {
  write({
    'server.js': `exports.seen = require('typed');`,
    'node_modules/typed/index.js': `'use strict';\n\n/** @type {import('./types').Typed} */\nmodule.exports = 'typed';`,
  });
  expect(filesIn((await thread()).batches)).toStrictEqual([join(folder, 'node_modules/typed/index.js')]);
});

const HOOK = {
  ...PACKAGE,
  'hook.js': `
    const { Module } = require('node:module');
    const compile = Module.prototype._compile;
    Module.prototype._compile = function (text, file, ...rest) {
      return compile.call(this, text.replace("'wheel'", "'hooked wheel'"), file, ...rest);
    };`,
};

test.each([
  ['that the server installs', (hook: string): Inheritance => ({ before: hook })],
  ['from the command line', (hook: string): Inheritance => ({ execArgv: ['--require', hook] })],
])('a hook %s sees the text of each module', async (_, inherit) => {
  write(HOOK);
  const { batches } = await thread();
  const { exported } = await thread({ found: batches, ...inherit(join(folder, 'hook.js')) });
  expect(exported).toStrictEqual(['main', 'hooked wheel', 'bolt']);
});

test('a file that changes while the thread lives is read anew when it is required again', async () => {
  write({
    ...PACKAGE,
    'server.js': `
      const { writeFileSync } = require('node:fs');
      const wheel = require.resolve('./node_modules/parts/lib/wheel.js');
      const first = require(wheel);
      writeFileSync(wheel, "module.exports = 'another wheel'");
      delete require.cache[wheel];
      exports.seen = [first, require(wheel)];`,
  });
  expect((await thread()).exported).toStrictEqual(['wheel', 'another wheel']);
});
