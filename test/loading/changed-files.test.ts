/**
 * A project's file that changes or appears while tests run is found and read when it is loaded again, as by Node, and through the transform as before.
 */
import { afterAll, beforeAll, test } from '@jest/globals';
import { runInner, type InnerResults } from './inner-tests';
import { jestProject, type JestProject } from './jest-project';

let project: JestProject;
let results: InnerResults;

beforeAll(async () => {
  project = await jestProject({
    'jest.config.js': `
      module.exports = {
        preset: 'jest-controller',
        moduleNameMapper: { '^@late/(.*)$': '<rootDir>/late/$1' },
        transform: { 'answer\\\\.(?:js|mjs)$': '<rootDir>/transform.js' },
      };`,
    'transform.js': `exports.process = (code) => ({ code: code.replace('WORD', '"transformed "') });`,
    'required/answer.js': `exports.answer = WORD + 'first';`,
    'imported/answer.mjs': `export const answer = WORD + 'first';`,
    'restarted/answer.js': `module.exports = (request, response) => response.end(WORD + 'first');`,
    'reader.js': `
      const { createServer } = require('node:http');
      exports.default = () => createServer();
      exports.required = () => {
        const file = require.resolve('./required/answer');
        delete require.cache[file];
        return require(file).answer;
      };
      exports.late = () => {
        try {
          return require('@late/answer').answer;
        } catch {
          return 'not there';
        }
      };
      let imports = 0;
      exports.imported = async () => (await import('./imported/answer.mjs?' + (imports += 1))).answer;`,
    'changed.test.js': `
      const { mkdirSync, writeFileSync } = require('node:fs');
      const { join } = require('node:path');
      const { useController } = require('jest-controller');

      const reader = useController(() => import('./reader'));
      const restarted = useController(() => import('./restarted/answer'));
      const change = (file, text) => writeFileSync(join(__dirname, file), text);

      test('by the next start', async () => {
        const read = async () => (await fetch(restarted.url)).text();
        expect(await read()).toBe('transformed first');
        change('restarted/answer.js', "module.exports = (request, response) => response.end(WORD + 'changed');");
        await restarted.restart();
        expect(await read()).toBe('transformed changed');
      });
      test('by a server that requires it again', async () => {
        expect(await reader.remote.required()).toBe('transformed first');
        change('required/answer.js', "exports.answer = WORD + 'changed';");
        expect(await reader.remote.required()).toBe('transformed changed');
      });
      test('by a server that imports it again', async () => {
        expect(await reader.remote.imported()).toBe('transformed first');
        change('imported/answer.mjs', "export const answer = WORD + 'changed';");
        expect(await reader.remote.imported()).toBe('transformed changed');
      });
      test('by a server that did not find it before, where the project maps its name', async () => {
        expect(await reader.remote.late()).toBe('not there');
        mkdirSync(join(__dirname, 'late'));
        change('late/answer.js', "exports.answer = WORD + 'created';");
        expect(await reader.remote.late()).toBe('transformed created');
      });`,
  });
  results = await runInner(project, [], { node: ['--experimental-vm-modules'] });
});

afterAll(() => project.remove());

test.each([
  'by the next start',
  'by a server that requires it again',
  'by a server that imports it again',
  'by a server that did not find it before, where the project maps its name',
])('%s', (title) => {
  results.expectPassed(title);
});
