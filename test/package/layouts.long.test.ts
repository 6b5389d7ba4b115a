/**
 * The package in the houses that projects live in: package managers, monorepos, odd paths, other folders than Jest's root.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdir, symlink } from 'node:fs/promises';
import * as path from 'node:path';
import { installedProject, type InstalledProject, type Outcome, type ProjectOptions } from './installed-project';
import * as sources from './sources';

const FILES = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {} };`,
  'echo.controller.js': sources.CJS_CONTROLLER,
  'echo.test.js': sources.CJS_TEST,
};

let project: InstalledProject | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

async function install(files: Readonly<Record<string, string>>, options?: ProjectOptions): Promise<InstalledProject> {
  project = await installedProject(files, options);
  return project;
}

function expectPassed({ code, output }: Outcome, count = 3): void {
  expect(output).toMatch(new RegExp(`Tests: +${String(count)} passed, ${String(count)} total`));
  expect(output).not.toMatch(/did not exit|failed to exit/);
  expect(code).toBe(0);
}

/** The same files, under `folder`. */
function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]));
}

describe('folders', () => {
  test('spaces and letters beyond ASCII in the path', async () => {
    const made = await install(FILES, { inside: 'Mein Projekt ü 項目 #1 %20' });
    expectPassed(await made.jest());
  });

  test('a symbolic link to the project', async () => {
    const made = await install(FILES, { inside: 'real' });
    const linked = path.join(made.folder, '..', 'linked');
    await symlink(made.folder, linked, 'junction');
    expectPassed(await made.jest([], { cwd: linked }));
  });

  test('a configuration outside of rootDir', async () => {
    const { 'jest.config.js': config, ...files } = FILES;
    const made = await install({
      ...under('sources', files),
      'config/jest.config.js': config.replace('transform:', `rootDir: '../sources', transform:`),
    });
    expectPassed(await made.jest(['--config', 'config/jest.config.js']));
  });
});

describe('package managers', () => {
  test('a strict node_modules, in which each package sees its own dependencies only', async () => {
    const made = await install(FILES, { layout: 'strict' });
    expectPassed(await made.jest());
  });

  test('a strict node_modules with ts-jest and coverage', async () => {
    const made = await install(
      {
        'jest.config.js': `module.exports = { preset: 'jest-controller', collectCoverage: true, transform: { '^.+\\\\.ts$': 'ts-jest' } };`,
        'tsconfig.json': sources.TSCONFIG,
        'echo.controller.ts': sources.TS_CONTROLLER,
        'echo.test.ts': sources.TS_TEST,
      },
      { layout: 'strict' },
    );
    const outcome = await made.jest();
    expectPassed(outcome);
    expect(outcome.output).toMatch(/echo\.controller\.ts \| +100 \|/);
  });

  test('workspaces, whose controllers are another package’s', async () => {
    const made = await install({
      'package.json': '{ "name": "root", "private": true, "workspaces": ["packages/*"] }',
      'jest.config.js': `module.exports = { projects: ['<rootDir>/packages/*'] };`,
      ...under('packages/controllers', {
        'package.json': '{ "name": "@own/controllers", "version": "1.0.0", "main": "echo.controller.js" }',
        'jest.config.js': FILES['jest.config.js'],
        'echo.controller.js': sources.CJS_CONTROLLER,
        'echo.test.js': sources.CJS_TEST,
      }),
      ...under('packages/application', {
        'package.json': '{ "name": "@own/application", "version": "1.0.0" }',
        'jest.config.js': FILES['jest.config.js'],
        'echo.test.js': sources.CJS_TEST.replace('./echo.controller', '@own/controllers'),
      }),
    });
    await mkdir(path.join(made.folder, 'node_modules', '@own'));
    await symlink(
      path.join(made.folder, 'packages', 'controllers'),
      path.join(made.folder, 'node_modules', '@own', 'controllers'),
      'junction',
    );
    expectPassed(await made.jest(), 6);
    expectPassed(await made.jest([], { cwd: path.join(made.folder, 'packages', 'application') }));
  });
});

describe('ways to run', () => {
  test.each([
    ['--resetModules', { resetModules: true }, []],
    ['restored and reset mocks', { restoreMocks: true, resetMocks: true, clearMocks: true }, []],
    ['globalsCleanup', { testEnvironmentOptions: { globalsCleanup: 'on' } }, []],
    ['--shard', {}, ['--shard', '1/1']],
    ['--randomize', {}, ['--randomize']],
    ['--detectLeaks', {}, ['--detectLeaks']],
    ['--logHeapUsage and --detectOpenHandles', {}, ['--logHeapUsage', '--detectOpenHandles']],
  ])('%s', async (_name, config, args) => {
    const made = await install({
      ...FILES,
      'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {}, ...${JSON.stringify(config)} };`,
    });
    expectPassed(await made.jest(args));
  });
});
