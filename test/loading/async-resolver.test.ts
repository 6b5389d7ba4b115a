/**
 * A custom resolver that has a function of its own for imports, as Jest lets it: `{ sync, async }`, or `async` alone.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

const FILES = {
  'jest.config.cjs': `module.exports = { projects: ['<rootDir>/both', '<rootDir>/alone', '<rootDir>/refused'] };`,
  ...project('both'),
  ...project('alone'),
  ...project('refused', `transform: { '[.]never$': ['<rootDir>/../never.cjs', { option: () => 1 }] }`),
  'both/resolver.cjs': `exports.async = require('../by-import.cjs'); exports.sync = (request, options) => options.defaultResolver(request, options);`,
  'alone/resolver.cjs': `exports.async = require('../by-import.cjs');`,
  'refused/resolver.cjs': `exports.async = require('../by-import.cjs');`,
  'refused/blocked.test.mjs': `
    import { AppController } from './app.controller.mjs';
    test('says so where no other thread can be asked', () => {
      let error;
      try { new AppController().startSync(); } catch (thrown) { error = thrown; }
      expect(error).toMatchObject({ code: 'ERR_USAGE' });
      expect(error.message).toMatch(/^'magic:value' can only be resolved asynchronously.*Use await start\\(\\)/s);
    });`,
  'never.cjs': `exports.process = (code) => ({ code });`,
  'by-import.cjs': `module.exports = async (request, options) => {
    await new Promise((resolve) => setImmediate(resolve));
    return request.startsWith('magic:') ? options.rootDir + '/' + request.slice(6) + '.mjs' : options.defaultResolver(request, options);
  };`,
};

function project(name: string, transform = 'transform: {}'): Record<string, string> {
  return {
    [`${name}/jest.config.cjs`]: `module.exports = {
      preset: 'jest-controller', ${transform}, resolver: '<rootDir>/resolver.cjs', testMatch: ['**/*.test.mjs'], moduleFileExtensions: ['mjs', 'cjs', 'js'],
    };`,
    [`${name}/value.mjs`]: `export const value = 'magic';`,
    [`${name}/app.mjs`]: `
      import { createRequire } from 'node:module';
      import { value } from 'magic:value';
      const { old } = createRequire(import.meta.url)('./old.cjs');
      export default (request, response) => response.end(value + old);`,
    [`${name}/old.cjs`]: `exports.old = require('./older.cjs');`,
    [`${name}/older.cjs`]: `module.exports = ' and old';`,
    [`${name}/app.test.mjs`]: `
      import { useController } from 'jest-controller';
      import { value } from 'magic:value';
      const app = useController(() => import('./app.mjs'));
      test('is asked on both sides', async () => {
        expect(value).toBe('magic');
        expect(await (await fetch(app.url)).text()).toBe('magic and old');
      });`,
    [`${name}/blocked.test.mjs`]: `
      import { AppController } from './app.controller.mjs';
      test('is asked by another thread while this one is blocked', async () => {
        const app = new AppController().startSync();
        expect(await (await fetch(app.url)).text()).toBe('magic');
        app.stopSync();
      });`,
    [`${name}/app.controller.mjs`]: `
      import { createServer } from 'node:http';
      import { Controller } from 'jest-controller';
      import { value } from 'magic:value';
      export class AppController extends Controller {
        static module = import.meta.url;
        factory() { return createServer((request, response) => response.end(value)); }
      }`,
  };
}

let given: JestProject;
let output: string;

beforeAll(async () => {
  given = await jestProject(FILES);
  ({ output } = await given.run([], { node: ['--experimental-vm-modules'] }));
});

afterAll(() => given.remove());

test('is asked for what the server imports, and its `sync` for what it requires', () => {
  expect(output).not.toContain('FAIL');
  expect(output).toContain('6 passed, 6 total');
});
