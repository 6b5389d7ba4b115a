/**
 * The published types say what the code does, to this repository's compiler, with no library check skipped; `npm run matrix` asks the
 * others.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inForm } from '../form';
import { forgetTarball, installedProject, type InstalledProject } from '../package/installed-project';

const LIMIT = 120_000;
const texts = Object.fromEntries(
  ['use-controller.types.ts', 'environment.types.ts', 'errors.types.ts', 'app-module.ts'].map((file) => [
    file,
    readFileSync(path.join(__dirname, file), 'utf8'),
  ]),
);
const ESM_USE = `import { Controller, useController } from 'jest-controller';
import { TestEnvironment, withController } from 'jest-controller/environment';
export class Own extends withController(TestEnvironment) {}
export const use: typeof useController = useController;
export type Base = Controller;
`;

let project: InstalledProject;
beforeAll(async () => {
  project = await installedProject({ ...texts, 'importer.mts': ESM_USE });
}, LIMIT);
afterAll(async () => {
  await project.remove();
  await forgetTarball();
});

function tsconfig(module: string): string {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module,
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  };
  return JSON.stringify({ compilerOptions, files: module === 'node16' ? ['importer.mts', ...Object.keys(texts)] : Object.keys(texts) });
}

test.each(inForm(['node16', 'commonjs'], ['node16']))(
  'all types hold for modules of kind %s',
  async (module) => {
    await project.write({ 'tsconfig.json': tsconfig(module) });
    const { output } = await project.run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json', '--pretty', 'false']);
    expect(output.trim()).toBe('');
  },
  LIMIT,
);
