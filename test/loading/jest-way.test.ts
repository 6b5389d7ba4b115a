/**
 * Modules load beside the test as the project's Jest loads them in it. The expectations are tests of projects of their own.
 */
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as path from 'node:path';
import { runInner, type InnerResults } from './inner-tests';
import { jestProject, type JestProject } from './jest-project';

const ENVIRONMENT = path.resolve(__dirname, '..', 'fixtures', 'loading', 'bare-environment.js');
const BABEL = `['${require.resolve('babel-jest')}', { configFile: false, presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] }]`;

const config = (options: string): string =>
  `module.exports = { testEnvironment: ${JSON.stringify(ENVIRONMENT)}, transform: { '^.+\\\\.ts$': ${BABEL} }, ${options} };`;

const FILES = {
  'jest.config.js': `module.exports = { projects: ['<rootDir>/plain', '<rootDir>/resolver', '<rootDir>/stripped', '<rootDir>/odd', '<rootDir>/workspace', '<rootDir>/platform', '<rootDir>/named'] };`,

  'plain/package.json': '{ "name": "plain", "type": "module" }',
  'plain/jest.config.cjs': config(`
    moduleNameMapper: { '^@app/(.*)$': '<rootDir>/src/$1', '^mapped-core$': 'node:os', '\\\\.css$': '<rootDir>/src/css-stub.ts' },
    modulePaths: ['<rootDir>/shared'], moduleDirectories: ['node_modules', 'lib'],
    moduleFileExtensions: ['ts', 'js', 'json', 'node']`),
  'plain/src/alias.ts': `import { one } from '@app/one'; import { EOL } from 'mapped-core'; import style from './look.css'; export const value: number = one; export const eol = EOL; export { style };`,
  'plain/src/one.ts': 'export const one: number = 1;',
  'plain/src/css-stub.ts': `export default 'a stub';`,
  'plain/src/order.ts': `import { which } from './twin'; export { which };`,
  'plain/src/twin.js': `export const which = 'js';`,
  'plain/src/twin.ts': `export const which: string = 'ts';`,
  'plain/src/places.ts': `import a from 'in-shared'; import b from 'in-lib'; export const places = [a, b];`,
  'plain/shared/in-shared.js': `module.exports = 'shared';`,
  'plain/lib/in-lib.js': `module.exports = 'lib';`,
  'plain/src/data.ts': `import data from './data.json'; export { data };`,
  'plain/src/data.json': '{ "answer": 42 }',
  'plain/src/throws.ts': `interface Unused { readonly a: number }\n\nexport function fail(): never {\n  throw new RangeError('from line 4');\n}`,
  'plain/src/import-call.ts': `export const load = async (): Promise<unknown> => (await import('./one')).one;`,
  'plain/src/express.ts': `import express from 'express'; export const type = typeof express;`,
  'plain/src/single.js': `module.exports = function make() { return 'made'; };`,
  'plain/src/broken.ts': `export const broken: = 1;`,
  'plain/src/misses.ts': `import './nowhere'; export const x = 1;`,
  'plain/src/misses-mapped.ts': `import { nothing } from '@app/nothing';\nexport const x = nothing;`,
  'plain/src/misses-later.ts': `export const load = (): unknown => {\n  return require('@app/nothing');\n};`,
  'plain/src/lazy.ts': `export const ready = true; export const load = (): string => (require('./heavy') as { heavy: string }).heavy;`,
  'plain/src/late.ts': `let answer: Int32Array; export const give = (given: Int32Array): void => { answer = given; };
export const load = (): string => { const { heavy } = require('./heavy') as { heavy: string }; Atomics.store(answer, 0, 1); Atomics.notify(answer, 0); return heavy; };`,
  'plain/src/heavy.ts': `export const heavy: string = 'heavy';`,
  'plain/src/mailer.ts': `export const send = (): string => 'really sent';`,
  'plain/src/mail-user.ts': `import { send } from './mailer'; import { readFileSync } from 'fs'; import { hostname } from 'node:os'; import express from 'express';
export const report = () => [send(), readFileSync('x', 'utf8'), hostname(), express as unknown];`,
  'plain/fakes/mailer.ts': `import { send as original } from '../src/mailer'; export const send = (): string => 'not ' + original();`,
  'plain/fakes/fs.ts': `import * as fs from 'fs'; export const readFileSync = (): string => 'fake file, real ' + typeof fs.statSync;`,
  'plain/fakes/os.ts': `export const hostname = (): string => 'fake host';`,
  'plain/fakes/express.ts': `export default 'fake express';`,
  'plain/src/registers.ts': `import './register.js'; export const heavy = (): string => (require('./heavy') as { heavy: string }).heavy;`,
  // As the register modules of Babel and ts-node put their compiler into Node.
  'plain/src/register.js': `
    const next = require.extensions['.ts'];
    require.extensions['.ts'] = (module, filename) => {
      const compile = module._compile;
      module._compile = () => compile.call(module, 'throw new Error("compiled twice")', filename);
      next(module, filename);
    };`,
  'plain/src/waits.mjs': `import { part } from './part.mjs'; export const greeting = await Promise.resolve('hel' + part);`,
  'plain/src/part.mjs': `export const part = await 'lo';`,
  'plain/src/requires-waiting.js': `globalThis.runs = (globalThis.runs ?? 0) + 1; if (globalThis.runs > 1) throw new Error('run twice'); exports.greeting = require('./waits.mjs').greeting;`,
  'plain/src/doorway.ts': `import { Controller } from 'jest-controller'; export class Own extends Controller { factory() { return null; } } export const isController = Own.prototype instanceof Controller;`,
  'plain/loading.test.js': `
    const path = require('node:path');
    const at = (file) => path.join(__dirname, file);
    test('aliases of moduleNameMapper are found', async () => expect(await beside('./src/alias.ts').get('value')).toBe(1));
    test('a core module may be what a name is mapped to', async () => expect(await beside('./src/alias.ts').get('eol')).toBe(require('node:os').EOL));
    test('a file that is no code may be mapped to a stub', async () => expect(await beside('./src/alias.ts').get('style')).toBe('a stub'));
    test('extensions are tried in the order of moduleFileExtensions', async () => expect(await beside('./src/order.ts').get('which')).toBe('ts'));
    test('modulePaths and moduleDirectories are searched', async () => expect(await beside('./src/places.ts').get('places')).toEqual(['shared', 'lib']));
    test('JSON loads', async () => expect(await beside('./src/data.ts').get('data')).toEqual({ answer: 42 }));
    test('an error shows the TypeScript position', async () => {
      const error = await beside('./src/throws.ts').call('fail').catch((e) => e);
      expect(error).toMatchObject({ name: 'RangeError', message: 'from line 4' });
      expect(error.stack).toContain(at('src/throws.ts') + ':4:9');
    });
    test('import() in CommonJS loads a TypeScript file', async () => expect(await beside('./src/import-call.ts').call('load')).toBe(1));
    test('node_modules load', async () => expect(await beside('./src/express.ts').get('type')).toBe('function'));
    test('an .mjs file, which Node loads, may have an await at its top level', async () => expect(await beside('./src/waits.mjs').get('greeting')).toBe('hello'));
    test('where a CommonJS module requires such a file, Node says so', async () =>
      await expect(beside('./src/requires-waiting.js').get('greeting')).rejects.toMatchObject({ code: 'ERR_REQUIRE_ASYNC_MODULE' }));
    test('a module that exports one function has it as default', async () => expect(await beside('./src/single.js').call('default')).toBe('made'));
    test('wrong syntax is a ModuleLoadError with the compiler\\'s error as cause', async () => {
      const error = await beside('./src/broken.ts').get('x').catch((e) => e);
      expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('broken.ts') });
      expect(error.cause).toMatchObject({ name: 'SyntaxError' });
    });
    test('a missing import is a ModuleLoadError that names who asked', async () => {
      const error = await beside('./src/misses.ts').get('x').catch((e) => e);
      expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining("'./nowhere' from " + at('src/misses.ts')) });
      expect(error.cause).toMatchObject({ code: 'MODULE_NOT_FOUND' });
      expect(error.cause.message).not.toContain(path.join('dist', 'host'));
    });
    test('so is an import that moduleNameMapper sends to nothing', async () => {
      const error = await beside('./src/misses-mapped.ts').get('x').catch((e) => e);
      expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringMatching(/^Configuration error:\\s+Could not locate module @app.nothing mapped as:[^]*while loading .*misses-mapped.ts/) });
      expect(error.stack).toMatch(/\\n +at [^\\n]*misses-mapped\\.ts:1:/);
      expect(error.stack).not.toContain('jest-resolve');
    });
    test('one that is asked for later has the line that asks', async () => {
      const error = await beside('./src/misses-later.ts').call('load').catch((e) => e);
      expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('Could not locate module') });
      expect(error.stack).toMatch(/\\n +at [^\\n]*misses-later\\.ts:2:/);
    });
    test('a missing file is a ModuleLoadError', async () =>
      await expect(beside('./src/none.ts').get('x')).rejects.toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('none.ts') }));
    test('a blocking caller gets files loaded lazily by the pump', () => expect(beside('./src/lazy.ts').callSync('load')).toBe('heavy'));
    test('mocks replace own modules, node_modules and core modules by either name', async () => {
      const host = beside('./src/mail-user.ts', { [at('src/mailer.ts')]: at('fakes/mailer.ts'), fs: at('fakes/fs.ts'), 'node:os': at('fakes/os.ts'), [require.resolve('express')]: at('fakes/express.ts') });
      expect(await host.call('report')).toEqual(['not really sent', 'fake file, real function', 'fake host', 'fake express']);
    });
    test('a compiler that the server registers has nothing to do with what Jest has compiled', async () =>
      expect(await beside('./src/registers.ts').call('heavy')).toBe('heavy'));
    test('jest-controller is the doorway of the server side', async () => expect(await beside('./src/doorway.ts').get('isController')).toBe(true));
  `,
  'plain/blocked.test.js': `
    test('a file is loaded while the thread of the test is blocked', async () => {
      const host = beside('./src/late.ts');
      const answer = new Int32Array(new SharedArrayBuffer(4));
      await host.call('give', answer);
      const call = host.call('load');
      // Nobody answers in this thread meanwhile.
      expect(Atomics.wait(answer, 0, 0, 50_000)).not.toBe('timed-out');
      expect(await call).toBe('heavy');
    });
  `,

  'resolver/package.json': '{ "name": "resolver" }',
  'resolver/jest.config.js': config(`resolver: '<rootDir>/resolver.js'`),
  'resolver/resolver.js': `module.exports = (request, options) => options.defaultResolver(request.replace(/^magic:/, options.rootDir + '/src/'), options);`,
  'resolver/src/main.ts': `import { value } from 'magic:value'; import { join } from 'node:path'; export const all = [value, typeof join];`,
  'resolver/src/value.ts': `export const value: string = 'magic';`,
  'resolver/loading.test.js': `test('a custom resolver is asked', async () => expect(await beside('./src/main.ts').get('all')).toEqual(['magic', 'function']));`,

  // A workspace whose packages give their sources to those who ask with a condition of its own, and have not been built.
  'workspace/package.json':
    '{ "name": "workspace", "exports": { "own-source": "./src/own.ts", "default": "./dist/own.js" }, "imports": { "#inner": { "own-source": "./src/inner.ts", "default": "./dist/inner.js" } } }',
  'workspace/jest.config.js': config(`
    testEnvironmentOptions: { customExportConditions: ['browser', 'own-source'] }, transformIgnorePatterns: [],
    globals: { BUILD: 'test', LIMITS: { most: 3 }, structuredClone: 'not this one', notify: () => 'a function' }`),
  'workspace/node_modules/@own/part/package.json':
    '{ "name": "@own/part", "exports": { ".": { "browser": "./dist/page.js", "own-source": "./source.ts", "default": "./dist/part.js" }, "./deep/*": { "own-source": "./deep/*.ts", "default": "./dist/*.js" } } }',
  'workspace/node_modules/@own/part/source.ts': `import plain from 'plain-part'; export const part: string = 'source with ' + plain;`,
  'workspace/node_modules/@own/part/deep/one.ts': `export const one: string = 'deep source';`,
  'workspace/node_modules/@own/part/dist/page.js': `exports.part = 'page';`,
  'workspace/node_modules/plain-part/package.json': '{ "name": "plain-part", "exports": { "require": "./plain.js" } }',
  'workspace/node_modules/plain-part/plain.js': `module.exports = 'plain';`,
  'workspace/src/main.ts': `import { part } from '@own/part'; import { one } from '@own/part/deep/one'; import { inner } from '#inner'; import { own } from 'workspace'; import { sep } from 'path';
export const all = [part, one, inner, own, typeof sep];`,
  'workspace/src/own.ts': `export const own: string = 'own source';`,
  'workspace/src/inner.ts': `export const inner: string = 'inner source';`,
  'workspace/src/constants.ts': `declare const BUILD: string; declare const LIMITS: { most: number };
export const constants = () => [BUILD, LIMITS.most, typeof structuredClone, 'notify' in globalThis];`,
  'workspace/loading.test.js': `
    test('packages are resolved by customExportConditions, but for the browser', async () =>
      expect(await beside('./src/main.ts').get('all')).toEqual(['source with plain', 'deep source', 'inner source', 'own source', 'string']));
    test('globals of the configuration are there, beside Node\\'s own', async () =>
      expect(await beside('./src/constants.ts').call('constants')).toEqual(['test', 3, 'function', false]));
  `,

  'odd/package.json': '{ "name": "odd" }',
  'odd/jest.config.js': `module.exports = { testEnvironment: ${JSON.stringify(ENVIRONMENT)}, transform: { '\\\\.txt$': '<rootDir>/text.js', '\\\\.slow$': '<rootDir>/slow.js', '\\\\.ts$': ${BABEL}, 'imports\\\\.js$': '<rootDir>/as-it-is.js' }, transformIgnorePatterns: [] };`,
  'odd/text.js': `exports.process = (text) => ({ code: 'module.exports = ' + JSON.stringify({ text }) });`,
  'odd/slow.js': `exports.processAsync = async (text) => ({ code: 'module.exports = ' + JSON.stringify({ text }) });`,
  'odd/as-it-is.js': `exports.process = (code) => ({ code });`,
  'odd/node_modules/esm-part/package.json': '{ "name": "esm-part", "type": "module", "exports": "./index.ts" }',
  'odd/node_modules/esm-part/index.ts': `export const named: string = 'by name'; export default 'by default';`,
  'odd/src/imports.js': `exports.load = async () => { const { default: one, named } = await import('esm-part'); return [one, named]; };`,
  'odd/src/note.txt': 'a note',
  'odd/src/note.slow': 'slowly',
  'odd/src/main.js': `exports.text = require('./note.txt').text; exports.slow = require('./note.slow').text;`,
  'odd/loading.test.js': `
    test('files of any extension load through their transform', async () => expect(await beside('./src/main.js').get('text')).toBe('a note'));
    test('a package of ES modules that the transform makes CommonJS keeps its default export for import()', async () =>
      expect(await beside('./src/imports.js').call('load')).toEqual(['by default', 'by name']));
    test('an asynchronous transform is waited for', async () => expect(await beside('./src/main.js').get('slow')).toBe('slowly'));
  `,

  // As React Native's preset has it.
  'platform/package.json': '{ "name": "platform" }',
  'platform/jest.config.js': config(`haste: { defaultPlatform: 'ios', platforms: ['android', 'ios', 'native'] }`),
  'platform/src/main.ts': `import { name } from './device'; import { touch } from './touch'; import limits from './limits'; import { view } from './view'; import { plain } from './plain';
export const all = [name, touch, limits.most, view, plain];`,
  'platform/src/device.ts': `export const name: string = 'none';`,
  'platform/src/device.native.ts': `export const name: string = 'native';`,
  'platform/src/device.ios.ts': `export const name: string = 'ios';`,
  'platform/src/touch.ts': `export const touch: string = 'none';`,
  'platform/src/touch.native.ts': `export const touch: string = 'native';`,
  'platform/src/touch.android.ts': `export const touch: string = 'android';`,
  'platform/src/limits.ios.json': '{ "most": 3 }',
  'platform/src/view/index.ios.js': `exports.view = 'ios view';`,
  'platform/src/plain.ts': `export const plain: string = 'plain';`,
  'platform/loading.test.js': `
    test('the files of the default platform come first, then native ones', async () => {
      const all = ['ios', 'native', 3, 'ios view', 'plain'];
      expect(await beside('./src/main.ts').get('all')).toEqual(all);
      expect(require('./src/main.ts').all).toEqual(all);
    });
  `,

  'named/package.json': '{ "name": "named", "main": "./src/index.ts" }',
  'named/jest.config.js': config(''),
  'named/src/index.ts': `export const name: string = 'by its name';`,
  'named/src/part.ts': `export const part: string = 'a part';`,
  'named/src/main.ts': `import { name } from 'named'; import { part } from 'named/src/part'; import { plugged } from 'plugin';
const codeOf = (load: () => unknown): unknown => { try { return load(); } catch (error) { return (error as { code: string }).code; } };
export const all = [name, part, plugged, codeOf(() => require('named/src/none')), codeOf(() => require('none')), codeOf(() => require('@own/scoped'))];`,
  // As a plugin asks for the application that it is made for.
  'named/node_modules/plugin/package.json': '{ "name": "plugin" }',
  'named/node_modules/plugin/index.js': `exports.plugged = require('named/src/part').part;`,
  'named/src/scoped/package.json': '{ "name": "@own/scoped", "main": "./index.js" }',
  'named/src/scoped/index.js': `exports.found = true;`,
  'named/loading.test.js': `
    test('a package is found by its own name, as Jest finds it', async () => {
      const all = ['by its name', 'a part', 'a part', 'MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];
      expect(await beside('./src/main.ts').get('all')).toEqual(all);
      expect(require('./src/main.ts').all).toEqual(all);
    });
  `,

  'stripped/package.json': '{ "name": "stripped" }',
  'stripped/jest.config.js': `module.exports = { testEnvironment: ${JSON.stringify(ENVIRONMENT)}, transform: {} };`,
  'stripped/src/plain.js': `const os = require('node:os'); exports.eol = os.EOL;`,
  'stripped/loading.test.js': `test('without a transform files run as they are', async () => expect(await beside('./src/plain.js').get('eol')).toBe(require('node:os').EOL));`,
} as const;

const titles = Object.values(FILES).flatMap((text) =>
  [...text.matchAll(/^ *test\('((?:[^'\\]|\\.)*)'/gm)].map(([, title = '']) => title.replace(/\\'/g, "'")),
);

describe('in a CommonJS project', () => {
  let project: JestProject;
  let results: InnerResults;

  beforeAll(async () => {
    project = await jestProject(FILES);
    results = await runInner(project);
  });

  afterAll(() => project.remove());

  test.each(titles)('%s', (title) => {
    results.expectPassed(title);
  });
});
