/**
 * ES modules load beside the test as the project's Jest loads them under `--experimental-vm-modules`, and are covered alike.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
import { inForm } from '../form';
import { runInner, type InnerResults } from './inner-tests';
import { jestProject, type JestProject } from './jest-project';

const ENVIRONMENT = path.resolve(__dirname, '..', 'fixtures', 'loading', 'bare-environment.js');

const APPLICATION = `
import { createRequire } from 'node:module';
import { cjsValue } from './old.cjs';
import { legacy } from './legacy.cts';
import { listed } from './listed.cjs';
import { barrelled, renamed } from './barrel.cts';
import data from './data.json';
import { double } from './math';
import { aliased } from '@app/aliased';
await Promise.resolve();
export const facts = [cjsValue, legacy, data.answer, double(2), aliased];
export const byName = [listed, barrelled, renamed];
export const same = (createRequire(import.meta.url)('./old.cjs') as { token: object }).token === (await import('./old.cjs')).default.token;
export const url = import.meta.url;
export const lazy = async (): Promise<string> => (await import('./lazy')).lazy;
export function fail(): never {
  throw new RangeError('from line 17');
}
`;

const FILES = {
  'package.json': '{ "name": "project", "type": "module" }',
  'jest.config.cjs': `module.exports = {
    testEnvironment: ${JSON.stringify(ENVIRONMENT)},
    extensionsToTreatAsEsm: ['.ts'],
    testEnvironmentOptions: { customExportConditions: ['node', 'own-source'] },
    moduleNameMapper: { '^@app/(.*)$': '<rootDir>/src/$1' },
    transform: { '^.+\\\\.(?:[mc]?ts|cjs)$': ['babel-jest', { configFile: false, presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] }] },
    collectCoverage: true, coverageReporters: ['json'], coverageProvider: process.env.PROVIDER,
  };`,
  'src/app.ts': APPLICATION,
  'src/old.cjs': `exports.cjsValue = 'cjs' + require('./deep.cjs'); exports.token = {};`,
  'src/deep.cjs': `module.exports = '-deep';`,
  'src/legacy.cts': `export const legacy: string = 'legacy';`,
  'src/listed.cjs': `const listed = 'listed'; module.exports = { listed, other: { nested: 1 } };`,
  'src/barrel.cts': `export * from './barrelled.cjs'; export { legacy as renamed } from './legacy.cjs';`,
  'src/barrelled.cjs': `module.exports = require('./barrelled-inside.cjs');`,
  'src/barrelled-inside.cjs': `const barrelled = 'barrelled'; module.exports = { barrelled, ...require('./barrelled.cjs') };`,
  'src/legacy.cjs': `exports.legacy = 'legacy by another name';`,
  'src/data.json': '{ "answer": 42 }',
  'src/math.ts': `export const double = (value: number): number => value * 2;\nexport const unused = (): number => 1;`,
  'src/aliased.ts': `export const aliased: string = 'aliased';`,
  'src/lazy.ts': `export const lazy: string = 'lazy';`,
  'src/mail-user.ts': `import { send } from './mailer'; import { hostname } from 'node:os'; import express from 'express'; export const report = (): unknown[] => [send(), hostname(), express];`,
  'src/mailer.ts': `export const send = (): string => 'really sent';`,
  'fakes/mailer.ts': `import { send as original } from '../src/mailer'; export const send = (): string => 'not ' + original();`,
  'fakes/os.ts': `export const hostname = (): string => 'fake host';`,
  'fakes/express.ts': `export default 'fake express';`,
  'node_modules/own-part/package.json':
    '{ "name": "own-part", "type": "module", "exports": { "own-source": { "import": "./source.mjs", "require": "./source.cjs" }, "default": "./built.js" } }',
  'node_modules/own-part/source.mjs': `export const part = 'imported source';`,
  'node_modules/own-part/source.cjs': `exports.part = 'required source';`,
  'src/parts.ts': `import { createRequire } from 'node:module'; import { part } from 'own-part';
export const parts = [part, (createRequire(import.meta.url)('own-part') as { part: string }).part];`,
  'src/own-name.ts': `import { double } from 'project/src/math'; export const four = double(2);`,
  'src/broken.ts': `export const broken: = 1;`,
  'src/misses.ts': `import './nowhere.js'; export const x = 1;`,
  'inside/math.ts': `export const double = (value: number): number => value * 2;\nexport const unused = (): number => 1;`,
  'inside.test.js': `import { double } from './inside/math'; test('counts inside', () => expect(double(2)).toBe(4));`,
  'esm.test.js': `
    import { createRequire } from 'node:module';
    import { fileURLToPath } from 'node:url';
    const at = (file) => fileURLToPath(new URL(file, import.meta.url));
    test('imports of every kind work, with await at the top level', async () =>
      expect(await beside('./src/app.ts').get('facts')).toEqual(['cjs-deep', 'legacy', 42, 4, 'aliased']));
    test('what CommonJS exports is imported by name, however that is written', async () =>
      expect(await beside('./src/app.ts').get('byName')).toEqual(['listed', 'barrelled', 'legacy by another name']));
    test('require and import give one instance', async () => expect(await beside('./src/app.ts').get('same')).toBe(true));
    test('packages are resolved by customExportConditions', async () =>
      expect(await beside('./src/parts.ts').get('parts')).toEqual(['imported source', 'required source']));
    test('a package is found by its own name', async () => {
      expect(await beside('./src/own-name.ts').get('four')).toBe(4);
      expect((await import('./src/own-name.ts')).four).toBe(4);
    });
    test('import.meta.url is the file', async () => expect(await beside('./src/app.ts').get('url')).toBe(new URL('./src/app.ts', import.meta.url).href));
    test('import() loads lazily', async () => expect(await beside('./src/app.ts').call('lazy')).toBe('lazy'));
    test('an error shows the TypeScript position', async () => {
      const error = await beside('./src/app.ts').call('fail').catch((e) => e);
      expect(error.stack).toContain(at('./src/app.ts') + ':17:9');
    });
    test('mocks replace own modules, node_modules and core modules', async () => {
      const express = createRequire(import.meta.url).resolve('express');
      const host = beside('./src/mail-user.ts', { [at('./src/mailer.ts')]: at('./fakes/mailer.ts'), os: at('./fakes/os.ts'), [express]: at('./fakes/express.ts') });
      expect(await host.call('report')).toEqual(['not really sent', 'fake host', 'fake express']);
    });
    test('wrong syntax is a ModuleLoadError', async () =>
      await expect(beside('./src/broken.ts').get('x')).rejects.toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('broken.ts') }));
    test('a missing import is a ModuleLoadError', async () =>
      await expect(beside('./src/misses.ts').get('x')).rejects.toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('nowhere.js') }));
  `,
} as const;

const titles = [...FILES['esm.test.js'].matchAll(/^ *test\('([^']*)'/gm)].map(([, title = '']) => title);

describe.each(inForm(['babel', 'v8'], ['v8']))('in an ES module project, with coverage by %s', (provider) => {
  let project: JestProject;
  let results: InnerResults;

  beforeAll(async () => {
    project = await jestProject(FILES);
    results = await runInner(project, [], { node: ['--experimental-vm-modules', '--no-warnings'], env: { PROVIDER: provider } });
  });

  afterAll(() => project.remove());

  test.each(titles)('%s', (title) => {
    results.expectPassed(title);
  });

  test('what ran beside the test is counted as what ran in it', async () => {
    type Counts = Record<string, { s: Record<string, number>; statementMap: unknown }>;
    const report = JSON.parse(await project.read('coverage/coverage-final.json')) as Counts;
    const counts = (file: string): Counts[string] | undefined => report[path.join(project.folder, file)];
    const ran = (file: string): boolean[] => Object.values(counts(file)?.s ?? {}).map((count) => count > 0);
    expect(counts('src/math.ts')?.statementMap).toEqual(counts('inside/math.ts')?.statementMap);
    expect(ran('src/math.ts')).toEqual(ran('inside/math.ts'));
    expect(ran('src/math.ts')).toContain(true);
    expect(ran('src/legacy.cts')).toContain(true);
  });
});
