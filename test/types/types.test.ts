/**
 * The published types say what the code does, to this repository's compiler, with no library check skipped; `npm run matrix` asks the
 * others.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inForm, longTest } from '../form';
import { readSnippets } from '../docs/snippets';
import { installedProject, REPOSITORY, type InstalledProject } from '../package/installed-project';

const DIST = path.join(REPOSITORY, 'dist');
const texts = Object.fromEntries(
  ['use-controller.types.ts', 'environment.types.ts', 'errors.types.ts', 'app-module.ts'].map((file) => [
    file,
    readFileSync(path.join(__dirname, file), 'utf8'),
  ]),
);
/** The README's code, which the short form of pages.test.ts runs unchecked. */
const README = Object.fromEntries(
  readSnippets('README.md', readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8'))
    .filter(({ file }) => file.endsWith('.ts'))
    .map(({ file, text }) => [`readme/${file}`, text]),
);
const OLDER = readFileSync(path.join(__dirname, 'older-library.types.ts'), 'utf8');
const ESM_USE = `import { Controller, useController } from 'jest-controller';
import { TestEnvironment, withController } from 'jest-controller/environment';
export class Own extends withController(TestEnvironment) {}
export const use: typeof useController = useController;
export type Base = Controller;
`;

let project: InstalledProject;
beforeAll(async () => {
  project = await installedProject({
    ...texts,
    ...README,
    'mistakes.ts': MISTAKEN,
    'older-library.types.ts': OLDER,
    'importer.mts': ESM_USE,
  });
});
afterAll(async () => {
  await project.remove();
});

test('no declaration has syntax that TypeScript 4.9 cannot read, as it has no `const` type parameters', () => {
  const declarations = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) => /\.d\.m?ts$/.test(file));
  const newer = declarations.filter((file) => /<const /.test(readFileSync(path.join(DIST, file), 'utf8')));
  expect(declarations).toContain('index.d.ts');
  expect(newer).toStrictEqual([]);
});

const LIBRARY = ['es2023', 'esnext.disposable'];

function tsconfig(module: string, files: readonly string[], lib = LIBRARY): string {
  const compilerOptions = {
    target: 'es2022',
    lib,
    module,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  };
  return JSON.stringify({ compilerOptions, files });
}

/** A line each, and what the compiler says of it: where, and nothing else. */
const MISTAKES = [
  ['useController(Echo, { readyTimout: 1 });', /^\(\d+,23\): error TS2561: .*'readyTimout'.* Did you mean to write 'readyTimeout'\?$/],
  ["useController(Echo, { readyTimeout: '5' });", /^\(\d+,23\): error TS2322: Type 'string' is not assignable to type 'number'\.$/],
  [
    "useController(Echo, { scope: 'suite' });",
    /^\(\d+,23\): error TS2322: Type '"suite"' is not assignable to type 'ScopeName \| undefined'\.$/,
  ],
  [
    "useController(Echo, { scope: 'run', loop: new ThreadLoop() });",
    /^\(\d+,37\): error TS2322: .* is not assignable to type 'undefined'\.$/,
  ],
  ["useController(Told, { data: { port: '25' } });", /^\(\d+,31\): error TS2322: Type 'string' is not assignable to type 'number'\.$/],
  [
    "useController(() => import('./app-module.js'), { export: 'makeSever' });",
    /^\(\d+,50\): error TS2820: .* Did you mean '"makeServer"'\?$/,
  ],
  ['useController(new Echo(), { port: 1 });', /^\(\d+,29\): error TS2353: .*'port' does not exist/],
  ["useController('./echo');", /^\(\d+,15\): error TS2345: .*'string' is not assignable to parameter of type 'ControllerSubject'\.$/],
] as const;

const HEAD = `import { createServer } from 'node:net';
import { Controller, ThreadLoop, useController } from 'jest-controller';
class Echo extends Controller { factory() { return createServer(); } }
class Told extends Controller<{ port: number }> { factory() { return createServer(); } }
`;
const MISTAKEN = `${HEAD}${MISTAKES.map(([line]) => line).join('\n')}\n`;

/** The compiler's errors. */
async function compile(config: string): Promise<readonly string[]> {
  await project.write({ 'tsconfig.json': config });
  const { output } = await project.run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json', '--pretty', 'false']);
  return output.trim() === '' ? [] : output.trim().split(/\n(?! )/);
}

describe.each(inForm(['node16', 'commonjs'], ['node16']))('for modules of kind %s', (module) => {
  let errors: readonly string[];
  beforeAll(async () => {
    errors = await compile(
      tsconfig(module, [...(module === 'node16' ? ['importer.mts'] : []), ...Object.keys(texts), ...Object.keys(README), 'mistakes.ts']),
    );
  });

  test('all types hold', () => {
    // The README is written for CommonJS, where an import has no extension.
    const wrong = errors.filter((error) => !/^mistakes\.ts|^readme\/.* error TS2835:/.test(error));
    expect(wrong).toStrictEqual([]);
  });

  test('a mistake is one error, at its own place', () => {
    const told = errors.filter((error) => error.startsWith('mistakes.ts')).map((error) => error.replace('mistakes.ts', ''));
    expect(told).toStrictEqual(MISTAKES.map(([, error]) => expect.stringMatching(error)));
  });
});

// A name that its library lacks is `any` to the compiler, and makes `any` of all that is told by it. `skipLibCheck` then hides that it is so.
longTest('all types hold for a project of an older library', async () => {
  expect(await compile(tsconfig('node16', ['older-library.types.ts'], ['es2018']))).toStrictEqual([]);
});
