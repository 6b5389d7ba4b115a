/**
 * `--onlyChanged`, and controllers that the configuration names: editing a file that only the server imports selects the tests.
 */
import { afterEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cleanEnvironment, fitProject, type FitProject } from '../fit/fit-project';

const USE = `import { useController } from 'jest-controller';`;
const SERVER = {
  'lib/deep.js': `exports.deep = 1;`,
  'app.js': `require('./lib/deep'); module.exports = (request, response) => response.end();`,
  'echo.controller.js': `const { Controller } = require('jest-controller'); require('./lib/deep');
    exports.EchoController = class EchoController extends Controller {};`,
};
const TESTS = {
  'class-elsewhere.test.js': `${USE} import { EchoController } from './echo.controller'; useController(EchoController); test('x', () => {});`,
  'class-in-test.test.js': `${USE} import { Controller } from 'jest-controller'; import './lib/deep';
    class Own extends Controller {} useController(Own); test('x', () => {});`,
  'thunk.test.js': `${USE} useController(() => import('./app')); test('x', () => {});`,
  'docblock.test.js': `/**\n * @jest-environment-options { "controllers": { "api": "./app" } }\n */\ntest('x', () => {});`,
  'other-docblock.test.js': `/**\n * @jest-environment-options { "controllers": { "api": "./other" } }\n */\ntest('x', () => {});`,
  'plain.test.js': `test('x', () => {});`,
};

let project: FitProject | undefined;

afterEach(async () => {
  await project?.remove();
  project = undefined;
});

async function made(files: Readonly<Record<string, string>>): Promise<FitProject> {
  const rest = { '.gitignore': 'node_modules\ncache\n', 'other.js': `module.exports = () => {};` };
  project = await fitProject({ ...SERVER, ...rest, ...files });
  return project;
}

function config(rest: string): string {
  return `{ preset: 'jest-controller', cacheDirectory: './cache', ${rest} }`;
}

/** The names of the tests that Jest would run. */
async function listed(run: FitProject, args: readonly string[]): Promise<string[]> {
  const { output } = await run.run(['--listTests', ...args]);
  return [...output.matchAll(/([\w-]+)\.test\.js$/gm)].map(([, name = '']) => name).sort();
}

const related = (run: FitProject, file: string): Promise<string[]> => listed(run, ['--findRelatedTests', file]);

function git(run: FitProject, ...args: string[]): void {
  const who = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.test', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...who, ...args], { cwd: run.folder, env: cleanEnvironment(), stdio: 'ignore' });
}

test('--onlyChanged selects every form of a controller', async () => {
  const run = await made({ ...TESTS, 'jest.config.js': `module.exports = ${config('')};` });
  git(run, 'init');
  git(run, 'add', '.');
  git(run, 'commit', '-m', 'all');
  expect(await listed(run, ['--onlyChanged'])).toEqual([]);
  await run.write({ 'lib/deep.js': `exports.deep = 2;` });
  expect(await listed(run, ['--onlyChanged'])).toEqual(['class-elsewhere', 'class-in-test', 'docblock', 'thunk']);
});

test('--onlyChanged selects the tests of a configured controller', async () => {
  const options = `testEnvironmentOptions: { controllers: { api: './app' } }`;
  const run = await made({
    'plain.test.js': TESTS['plain.test.js'],
    'other-docblock.test.js': TESTS['other-docblock.test.js'],
    'jest.config.js': `module.exports = ${config(options)};`,
  });
  git(run, 'init');
  git(run, 'add', '.');
  git(run, 'commit', '-m', 'all');
  await run.write({ 'lib/deep.js': `exports.deep = 2;` });
  // A docblock's controllers replace the configured ones.
  expect(await listed(run, ['--onlyChanged'])).toEqual(['plain']);
});

const OBJECT = `testEnvironmentOptions: { controllers: { api: { module: '<rootDir>/app', mocks: { './other': './fakes/other' } } } }`;

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['CommonJS', { 'jest.config.js': `module.exports = ${config(OBJECT)};` }, ['--maxWorkers', '2']],
  ['an ES module', { 'jest.config.mjs': `export default ${config(OBJECT)};` }, []],
  ['a function', { 'jest.config.js': `module.exports = async () => (${config(OBJECT)});` }, []],
  ['TypeScript', { 'jest.config.ts': `export default ${config(OBJECT)};` }, []],
  ['a file of another name', { 'test-setup.js': `module.exports = ${config(OBJECT)};` }, ['--config', 'test-setup.js']],
  [
    'package.json',
    {
      'package.json': `{ "name": "project", "jest": { "preset": "jest-controller", "testEnvironmentOptions": {
        "controllers": { "api": { "module": "./app", "mocks": { "./other": "./fakes/other" } } } } } }`,
    },
    [],
  ],
])('a configured controller is known where the configuration is %s', async (_form, files, args) => {
  const run = await made({ 'plain.test.js': TESTS['plain.test.js'], 'fakes/other.js': '', ...files });
  expect(await listed(run, [...args, '--findRelatedTests', 'lib/deep.js'])).toEqual(['plain']);
  expect(await listed(run, [...args, '--findRelatedTests', 'fakes/other.js'])).toEqual(['plain']);
});

test('a configured controller selects the tests of its own project only', async () => {
  const inner = config(`testEnvironmentOptions: { controllers: { api: './app' } }`);
  const run = await made({
    'jest.config.js': `module.exports = { projects: ['<rootDir>/packages/*'] };`,
    'packages/one/jest.config.mjs': `export default ${inner};`,
    'packages/one/app.js': `require('../../lib/deep');`,
    'packages/one/one.test.js': TESTS['plain.test.js'],
    'packages/two/jest.config.js': `module.exports = ${config('')};`,
    'packages/two/app.js': `require('../../lib/deep');`,
    'packages/two/two.test.js': TESTS['plain.test.js'],
  });
  expect(await related(run, 'packages/one/app.js')).toEqual(['one']);
  expect(await related(run, 'packages/two/app.js')).toEqual([]);
});

test('a controller that is added to the configuration is known at the next run', async () => {
  const run = await made({ 'plain.test.js': TESTS['plain.test.js'], 'jest.config.js': `module.exports = ${config('')};` });
  expect(await related(run, 'lib/deep.js')).toEqual([]);
  await run.write({ 'jest.config.js': `module.exports = ${config(`testEnvironmentOptions: { controllers: { api: './app' } }`)};` });
  expect(await related(run, 'lib/deep.js')).toEqual(['plain']);
});
