/**
 * ES modules beside the second server of a process: its thread runs the host from code that the first has compiled.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fitProject, type FitProject } from '../fit/fit-project';

const TWICE = `for (let start = 0; start < 2; start += 1) {
    const web = await new Web().start();
    answers.push(await (await fetch(web.url)).text(), ...web.logs.map(({ text }) => text));
    await web.stop();
  }`;

let project: FitProject;

beforeAll(async () => {
  project = await fitProject({
    'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {}, testMatch: ['**/*.test.mjs'], moduleFileExtensions: ['mjs', 'js'] };`,
    'web.mjs': `
      import { createServer } from 'node:http';
      import { Controller } from 'jest-controller';
      export class Web extends Controller {
        static module = import.meta.url;
        factory() { return createServer((request, response) => response.end('here')); }
      }`,
    'main.mjs': `import { Web } from './web.mjs'; const answers = []; ${TWICE} console.log(answers.join());`,
    'web.test.mjs': `
      import { Web } from './web.mjs';
      test('starts twice', async () => { const answers = []; ${TWICE} expect(answers).toEqual(['here', 'here']); });`,
  });
});

afterAll(() => project.remove());

test('load without Jest, and print nothing', async () => {
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['main.mjs'], { cwd: project.folder }, (_failure, stdout, stderr) => {
      resolve(`${stdout}${stderr}`);
    });
  });
  expect(output).toBe('here,here\n');
});

test('load with Jest', async () => {
  const { code, output } = await project.run([], { node: ['--experimental-vm-modules'] });
  expect(output).toContain('1 passed');
  expect(code).toBe(0);
});
