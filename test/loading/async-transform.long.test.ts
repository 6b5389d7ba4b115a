/**
 * Transforms that only work asynchronously, while the test blocks its thread in `startSync()` or `remoteSync`.
 */
import { afterEach, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

const FILES = {
  'async.js': `exports.processAsync = async (code) => {
    await new Promise((resolve) => setImmediate(resolve));
    return { code: code.replace('quiet', 'LOUD') };
  };`,
  'late.mjs': `export const late = 'quiet';`,
  'app.controller.mjs': `
    import { createServer } from 'node:http';
    import { Controller } from 'jest-controller';
    export class AppController extends Controller {
      static module = import.meta.url;
      factory() { return createServer(); }
      word() { return 'quiet'; }
      async later() { return (await import('./late.mjs')).late; }
    }`,
  'app.test.mjs': `
    import { AppController } from './app.controller.mjs';
    const app = new AppController(undefined, undefined, { syncTimeout: 60_000 });
    afterAll(() => app.stop());
    test('blocks', () => {
      app.startSync();
      expect(app.remoteSync.word()).toBe('LOUD');
      expect(app.remoteSync.later()).toBe('LOUD');
    });`,
  'refused.test.mjs': `
    import { AppController } from './app.controller.mjs';
    const app = new AppController();
    afterAll(() => app.stop());
    test('says so', async () => {
      let error;
      try { app.startSync(); } catch (thrown) { error = thrown; }
      expect(error).toMatchObject({ code: 'ERR_USAGE' });
      expect(error.message).toMatch(/app\\.controller\\.mjs can only be transformed asynchronously.*Use await start\\(\\)/s);
      await app.start();
      expect(await app.remote.word()).toBe('LOUD');
    });`,
};

function config(options: string): string {
  return `module.exports = {
    preset: 'jest-controller',
    testMatch: ['**/*.test.mjs'],
    moduleFileExtensions: ['mjs', 'js'],
    transform: { '\\\\.mjs$': ['<rootDir>/async.js', ${options}] },
  };`;
}

let project: JestProject | undefined;

afterEach(() => project?.remove());

test('work all the same', async () => {
  project = await jestProject({ ...FILES, 'jest.config.js': config('{}') });
  const { code, output } = await project.run(['app.test.mjs'], { node: ['--experimental-vm-modules'] });
  expect(output).toContain('1 passed');
  expect(code).toBe(0);
});

test('end the start with an error that says what to do, where no thread can stand in', async () => {
  project = await jestProject({ ...FILES, 'jest.config.js': config('{ option: () => 1 }') });
  const { code, output } = await project.run(['refused.test.mjs'], { node: ['--experimental-vm-modules'] });
  expect(output).toContain('1 passed');
  expect(code).toBe(0);
});
