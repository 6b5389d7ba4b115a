/**
 * A start whose modules nobody can compile while the test blocks: the configuration holds functions, so that no thread can stand in.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

let project: JestProject;

beforeAll(async () => {
  project = await jestProject({
    'jest.config.js': `module.exports = { preset: 'jest-controller', transform: { 'app\\\\.js$': ['<rootDir>/shout.js', { change: (code) => code.replace('quiet', 'LOUD') }] } };`,
    'shout.js': `exports.process = (code, file, { transformerConfig }) => ({ code: transformerConfig.change(code) });`,
    'app.js': `module.exports = (request, response) => response.end('quiet');`,
    'blocked.test.js': `
      const { useController } = require('jest-controller');
      const app = useController(() => import('./app'), { loadTimeout: 2500 });
      test('starts all the same', async () => {
        await app.stop();
        const starting = app.start();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
        await starting;
        expect(await (await fetch(app.url)).text()).toBe('LOUD');
      });`,
  });
});

afterAll(() => project.remove());

test('is not cut by `loadTimeout`, which the test has spent itself', async () => {
  const { code, output } = await project.run();
  expect(output).toContain('1 passed');
  expect(code).toBe(0);
});
