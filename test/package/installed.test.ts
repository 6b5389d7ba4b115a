/**
 * The package as it is published, in projects that are set up in the usual ways.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { SourceMap, type SourceMapping, type SourceMapPayload } from 'node:module';
import * as path from 'node:path';
import { longTest } from '../form';
import { installedProject, PACKAGE, type InstalledProject, type Outcome } from './installed-project';
import * as sources from './sources';

/** Installed once: each test has its own files there. */
let project: InstalledProject;
beforeAll(async () => {
  project = await installedProject();
});
afterEach(() => project.empty());
afterAll(() => project.remove());

async function install(files: Readonly<Record<string, string>>): Promise<InstalledProject> {
  await project.write({ 'package.json': PACKAGE, ...files });
  return project;
}

function expectAllPassed({ code, output }: Outcome): void {
  expect(output).toMatch(/Tests: +3 passed, 3 total/);
  expect(output).not.toMatch(/did not exit|failed to exit/);
  expect(code).toBe(0);
}

describe('in a Jest project', () => {
  longTest('with ts-jest and full type checks', async () => {
    const made = await install({
      'tsconfig.json': sources.TSCONFIG,
      'jest.config.js': `module.exports = { preset: 'jest-controller', transform: { '^.+\\\\.ts$': 'ts-jest' } };`,
      'echo.controller.ts': sources.TS_CONTROLLER,
      'echo.test.ts': sources.TS_TEST,
    });
    expectAllPassed(await made.jest());
  });

  longTest('with babel-jest', async () => {
    const made = await install({
      'babel.config.js': `module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] };`,
      'jest.config.js': `module.exports = { preset: 'jest-controller' };`,
      'echo.controller.js': sources.ESM_CONTROLLER,
      'echo.test.js': sources.BABEL_TEST,
    });
    expectAllPassed(await made.jest());
  });

  test('with plain CommonJS and no transform', async () => {
    const made = await install({
      'jest.config.js': `module.exports = { testEnvironment: 'jest-controller/environment', transform: {} };`,
      'echo.controller.js': sources.CJS_CONTROLLER,
      'echo.test.js': sources.CJS_TEST,
    });
    expectAllPassed(await made.jest());
  });

  longTest('with ES modules', async () => {
    const made = await install({
      'package.json': '{ "name": "project", "private": true, "type": "module" }',
      'jest.config.js': `export default { preset: 'jest-controller', transform: {} };`,
      'echo.controller.js': sources.ESM_CONTROLLER,
      'echo.test.js': sources.ESM_TEST,
    });
    expectAllPassed(await made.jest([], { env: { NODE_OPTIONS: '--experimental-vm-modules' } }));
  });

  longTest('without the environment', async () => {
    const made = await install({
      'jest.config.js': `module.exports = { transform: {} };`,
      'echo.controller.js': sources.CJS_CONTROLLER,
      'echo.test.js': sources.CJS_TEST,
    });
    expectAllPassed(await made.jest());
  });
});

describe('in plain Node', () => {
  longTest('with require', async () => {
    const made = await install({ 'echo.controller.js': sources.CJS_CONTROLLER, 'main.js': sources.CJS_MAIN });
    const { output, code } = await made.run('main.js');
    expect(output.trim()).toBe('running tcp: 3\nrunning');
    expect(code).toBe(0);
  });

  test('with import, which gives the very same objects', async () => {
    const made = await install({
      'package.json': '{ "name": "project", "private": true, "type": "module" }',
      'echo.controller.js': sources.ESM_CONTROLLER,
      'main.js': sources.ESM_MAIN,
    });
    const { output, code } = await made.run('main.js');
    expect(output.trim()).toBe('running tcp: 3');
    expect(code).toBe(0);
  });

  longTest('with a class that says itself where it is', async () => {
    const made = await install({
      'package.json': '{ "name": "project", "private": true, "type": "module" }',
      'echo.controller.js': sources.ESM_CONTROLLER.replace(
        'extends Controller {',
        'extends Controller {\n  static module = import.meta.url;',
      ),
      'main.js': sources.ESM_MAIN,
    });
    expect((await made.run('main.js')).output.trim()).toBe('running tcp: 3');
  });
});

describe('the tarball', () => {
  test('holds what runs, its sources and its documentation, and nothing of the workshop', async () => {
    const made = await install({});
    const files = await readdir(path.join(made.folder, 'node_modules', 'jest-controller'), { recursive: true });
    const rooms = [...new Set(files.map((file) => file.split(path.sep)[0]))].sort();
    expect(rooms).toStrictEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'examples', 'package.json', 'src']);
  });

  test('leads from what runs, joined and shortened as it is, to its sources', async () => {
    const made = await install({});
    const folder = path.join(made.folder, 'node_modules', 'jest-controller', 'dist');
    const maps = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.map'));
    const lost = maps.flatMap((file) => {
      const { sources: named } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as SourceMapPayload;
      return named.filter((source) => source !== '<stdin>' && !existsSync(path.resolve(folder, path.dirname(file), source)));
    });
    expect(lost).toStrictEqual([]);

    const host = path.join(folder, 'host', 'hosts.js');
    const lines = readFileSync(host, 'utf8').split('\n');
    const said = 'A start came before the boot.';
    const line = lines.findIndex((text) => text.includes(said));
    const map = new SourceMap(JSON.parse(readFileSync(`${host}.map`, 'utf8')) as SourceMapPayload);
    const { originalSource, originalLine } = map.findEntry(line, lines[line]?.indexOf(said) ?? -1) as SourceMapping;
    const source = readFileSync(path.resolve(path.dirname(host), originalSource), 'utf8');
    expect(source.split('\n')[originalLine]).toContain(said);
  });

  test("leaves the names of paths in what it says, where joined code has this package's own", async () => {
    const made = await install({
      'main.mjs': `import { Controller } from 'jest-controller';
        const Nowhere = new Function('Controller', 'return class Nowhere extends Controller { factory() {} }')(Controller);
        new Nowhere().start().catch(({ message }) => console.log(message));`,
    });
    expect((await made.run('main.mjs')).output).toContain('`static readonly module = __filename`');
  });

  test('holds no modules that nothing loads, and no types that none of the published ones names', async () => {
    const made = await install({});
    const files = await readdir(path.join(made.folder, 'node_modules', 'jest-controller', 'dist'), { recursive: true });
    const names = files.map((file) => file.replaceAll('\\', '/'));
    expect(names).toEqual(expect.arrayContaining(['host/hosts.js', 'host/thread-entry.cjs', 'errors/errors.d.ts', 'remote/types.d.ts']));
    expect(names).not.toEqual(expect.arrayContaining(['host/host.js']));
    expect(names).not.toEqual(expect.arrayContaining(['host/host.d.ts']));
  });

  longTest('gives an environment class to ES modules too', async () => {
    const made = await install({
      'main.mjs': `import TestEnvironment, { withController } from 'jest-controller/environment';
        console.log(typeof TestEnvironment, typeof withController(TestEnvironment));`,
    });
    expect((await made.run('main.mjs')).output.trim()).toBe('function function');
  });
});
