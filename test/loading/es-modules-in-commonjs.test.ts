/**
 * ES modules that no transform makes CommonJS, such as what a build has written, beside a Jest that runs CommonJS.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
import { runInner, type InnerResults } from './inner-tests';
import { jestProject, type JestProject } from './jest-project';

const ENVIRONMENT = path.resolve(__dirname, '..', 'fixtures', 'loading', 'bare-environment.js');
/** Babel with nothing to do but to count, as Jest runs it where no one has configured it. */
const BABEL = `{ '\\\\.[jt]sx?$': ['babel-jest', { configFile: false, babelrc: false }] }`;

const FILES = {
  'package.json': '{ "name": "project", "exports": { "./own": "./built/part.js" } }',
  'jest.config.js': `module.exports = {
    testEnvironment: ${JSON.stringify(ENVIRONMENT)},
    moduleNameMapper: { '^@app/(.*)$': '<rootDir>/built/$1' },
    transform: process.env.CHANGED === 'true' ? ${BABEL} : {},
    collectCoverage: true, coverageReporters: ['json'], coverageProvider: process.env.PROVIDER,
  };`,
  'built/package.json': '{ "type": "module" }',
  'built/waits.js': `import { createRequire } from 'node:module';\nimport { part } from './part.js';\nawait Promise.resolve();
export const parts = [part, (await import('./lazy.js')).lazy];\nexport const url = import.meta.url;\nexport const same = createRequire(import.meta.url)('./token.js').token === (await import('./token.js')).token;
export function fail() {\n  throw new RangeError('from line 8');\n}`,
  'built/part.js': `export const part = await 'part';\nexport const unused = () => 1;`,
  'built/lazy.js': `export const lazy = 'lazy';`,
  'built/token.js': `export const token = {};`,
  'built/above.js': `import { part } from './part.js';\nexport const above = 'above ' + part;`,
  'built/plain.js': `import { lazy } from './lazy.js';\nimport { token } from '@app/token.js';\nexport const plain = [lazy, typeof token];`,
  'built/bare.js': `globalThis.bare = await 'no import, no export';`,
  'built/old.cjs': `exports.old = async () => (await import('./above.js')).above;`,
  'built/wrong.js': `import './lazy.js';\nexport const wrong = ;`,
  'asks.js': `exports.all = async () => [(await import('./built/above.js')).above, (await import('./built/plain.js')).plain[0], (await import('./built/waits.js')).parts[0]];
exports.bare = async () => { await import('./built/bare.js'); return globalThis.bare; };
exports.wrong = () => import('./built/wrong.js');`,
  'esm.test.js': `
    const path = require('node:path');
    const at = (file) => path.join(__dirname, file);
    test('one with an await at its top level', async () => expect(await beside('./built/waits.js').get('parts')).toEqual(['part', 'lazy']));
    test('one that imports such a one', async () => expect(await beside('./built/above.js').get('above')).toBe('above part'));
    test('one that waits for nothing, with an alias of the project', async () => expect(await beside('./built/plain.js').get('plain')).toEqual(['lazy', 'object']));
    test('each of them by import() in CommonJS', async () => expect(await beside('./asks.js').call('all')).toEqual(['above part', 'lazy', 'part']));
    test('one with nothing but an await', async () => expect(await beside('./asks.js').call('bare')).toBe('no import, no export'));
    test('one by import() in a .cjs', async () => expect(await beside('./built/old.cjs').call('old')).toBe('above part'));
    test('require and import give one instance', async () => expect(await beside('./built/waits.js').get('same')).toBe(true));
    test('import.meta.url is the file', async () => expect(await beside('./built/waits.js').get('url')).toBe(require('node:url').pathToFileURL(at('built/waits.js')).href));
    test('an error shows its position', async () => {
      const error = await beside('./built/waits.js').call('fail').catch((e) => e);
      expect(error.stack).toContain(at('built/waits.js') + ':8:9');
    });
    test('wrong syntax is told as such', async () => await expect(beside('./built/wrong.js').get('x')).rejects.toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('wrong.js') }));
    test('wrong syntax in what is imported is told as such', async () => await expect(beside('./asks.js').call('wrong')).rejects.toThrow('Unexpected token'));
  `,
} as const;

const titles = [...FILES['esm.test.js'].matchAll(/^ *test\('([^']*)'/gm)].map(([, title = '']) => title);

describe.each([
  ['unchanged, covered by V8', { CHANGED: 'false', PROVIDER: 'v8' }],
  ['changed, covered by V8', { CHANGED: 'true', PROVIDER: 'v8' }],
  ['changed, covered by Babel', { CHANGED: 'true', PROVIDER: 'babel' }],
])('%s', (_title, env) => {
  let project: JestProject;
  let results: InnerResults;

  beforeAll(async () => {
    project = await jestProject(FILES);
    results = await runInner(project, [], { node: ['--no-warnings'], env });
  });

  afterAll(() => project.remove());

  test.each(titles)('%s', (title) => {
    results.expectPassed(title);
  });

  test('what ran is counted, and what did not', async () => {
    type Counts = Record<string, { s: Record<string, number>; f: Record<string, number> }>;
    const report = JSON.parse(await project.read('coverage/coverage-final.json')) as Counts;
    const counts = (file: string, of: 's' | 'f'): number[] => Object.values(report[path.join(project.folder, 'built', file)]?.[of] ?? {});
    for (const file of ['waits.js', 'part.js', 'lazy.js', 'token.js', 'above.js', 'plain.js'])
      expect(counts(file, 's')).toContainEqual(expect.any(Number));
    expect(counts('part.js', 'f')).toContain(0);
    expect(counts('lazy.js', 's').every((count) => count > 0)).toBe(true);
  });
});
