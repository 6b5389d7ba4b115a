/**
 * Editing a file that only the server imports selects the tests that use the controller.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

const FILES = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', testMatch: ['<rootDir>/*.test.js'] };`,
  'lib/deep.js': `exports.deep = 1;`,
  'echo.controller.js': `const { Controller } = require('jest-controller'); require('./lib/deep'); exports.EchoController = class EchoController extends Controller {};`,
  'app.js': `require('./lib/deep'); module.exports = (request, response) => response.end();`,
  'fakes/mailer.js': `exports.send = () => {};`,
  'mailer.js': `exports.send = () => {};`,
  'class.test.js': `const { useController } = require('jest-controller'); const { EchoController } = require('./echo.controller'); useController(EchoController); test('x', () => {});`,
  'instance.test.js': `import { useController } from 'jest-controller'; import { EchoController } from './echo.controller'; useController(new EchoController()); test('x', () => {});`,
  'thunk.test.js': `import { useController } from 'jest-controller'; useController(() => import('./app')); test('x', () => {});`,
  'several.test.js': `import { useControllers } from 'jest-controller'; useControllers({ api: () => import('./app') }); test('x', () => {});`,
  'docblock.test.js': `/**\n * @jest-environment jest-controller/environment\n * @jest-environment-options { "controllers": { "api": "./app" } }\n */\ntest('x', () => {});`,
  'docblock-object.test.js': `/**\n * @jest-environment-options {\n *   "controllers": { "api": { "module": "./app", "port": 0 } }\n * }\n */\ntest('x', () => {});`,
  'mocks.test.js': `import { useController } from 'jest-controller'; useController(() => import('./app'), { mocks: { './mailer': './fakes/mailer' } }); test('x', () => {});`,
  'unrelated.test.js': `test('x', () => {});`,
} as const;

let project: JestProject;

beforeAll(async () => {
  project = await jestProject(FILES);
});

afterAll(() => project.remove());

async function related(file: string): Promise<string[]> {
  const { output } = await project.run(['--listTests', '--findRelatedTests', file]);
  return [...output.matchAll(/([\w-]+)\.test\.js$/gm)].map(([, name = '']) => name).sort();
}

test('a file behind a controller selects every form of its use', async () => {
  expect(await related('lib/deep.js')).toEqual(['class', 'docblock', 'docblock-object', 'instance', 'mocks', 'several', 'thunk']);
});

test('a replacement in mocks selects the test that uses it', async () => {
  expect(await related('fakes/mailer.js')).toEqual(['mocks']);
});
