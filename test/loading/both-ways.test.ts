/**
 * Transforms that work in both ways, `process` and `processAsync`: Jest uses the second for ES modules before 30.4, and the first since then.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

const FILES = {
  'jest.config.cjs': `module.exports = { projects: ['<rootDir>/now', '<rootDir>/before'] };`,
  ...project('now'),
  ...project('before', `runner: '<rootDir>/runner.cjs',`),
  'before/runner.cjs': `module.exports = require('node:module').createRequire(${JSON.stringify(require.resolve('jest'))})('jest-runner');`,
  'before/node_modules/@jest/transform/index.js': `
    const transform = require(${JSON.stringify(require.resolve('@jest/transform'))});
    exports.createScriptTransformer = async (...options) =>
      Object.assign(await transform.createScriptTransformer(...options), { canTransformSync: undefined });`,
};

function project(name: string, options = ''): Record<string, string> {
  return {
    [`${name}/jest.config.cjs`]: `module.exports = {
      preset: 'jest-controller', ${options} testMatch: ['**/*.test.mjs'], moduleFileExtensions: ['mjs', 'cjs', 'js'],
      transform: { '\\\\.mjs$': '<rootDir>/both-ways.cjs' },
    };`,
    [`${name}/both-ways.cjs`]: `
      exports.process = (code) => ({ code: code.replace('WAY', 'at once') });
      exports.processAsync = async (code, file) => {
        if (code.includes('wrong')) throw new Error('wrong type');
        return { code: code.replace('WAY', 'in time') };
      };`,
    [`${name}/app.mjs`]: `export default (request, response) => response.end('compiled WAY');`,
    [`${name}/wrong.mjs`]: `export default (request, response) => response.end('wrong, compiled WAY');`,
    [`${name}/app.controller.mjs`]: `
      import { createServer } from 'node:http';
      import { Controller } from 'jest-controller';
      export class AppController extends Controller {
        factory() { return createServer((request, response) => response.end('compiled WAY')); }
      }
      export class WrongController extends Controller {
        async factory() { return createServer((await import('./wrong.mjs')).default); }
      }`,
    [`${name}/app.test.mjs`]: `
      import { useController } from 'jest-controller';
      const app = useController(() => import('./app.mjs'));
      test('serves', async () => expect(await (await fetch(app.url)).text()).toBe('compiled ${name === 'now' ? 'at once' : 'in time'}'));`,
    [`${name}/wrong.test.mjs`]: `
      import { WrongController } from './app.controller.mjs';
      const wrong = new WrongController();
      afterAll(() => wrong.stop());
      test('starts', () => ${name === 'now' ? 'wrong.start()' : `expect(wrong.start()).rejects.toThrow('wrong type')`});`,
    [`${name}/blocked.test.mjs`]: `
      import { AppController } from './app.controller.mjs';
      test('serves a thread that was blocked', async () => {
        const app = new AppController().startSync();
        expect(await (await fetch(app.url)).text()).toBe('compiled at once');
        app.stopSync();
      });`,
  };
}

let inner: JestProject;

beforeAll(async () => {
  inner = await jestProject(FILES);
});

afterAll(() => inner.remove());

test.each([
  ['app', 'are asked in the way in which that Jest asks them'],
  ['wrong', 'fail the start where they find fault in that way'],
  ['blocked', 'are asked at once where the thread is blocked'],
])('%s: %s', async (file) => {
  const { code, output } = await inner.run([file], { node: ['--experimental-vm-modules', '--no-warnings'] });
  expect(output).toContain('2 passed, 2 total');
  expect(code).toBe(0);
});
