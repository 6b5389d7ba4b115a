/**
 * What a transform prints while a server loads is the run's, as it is when a test file loads. It is not the server's output.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

let project: JestProject;

beforeAll(async () => {
  project = await jestProject({
    'jest.config.js': `module.exports = { preset: 'jest-controller', transform: { 'late\\\\.js$': '<rootDir>/transform.js' } };`,
    'transform.js': `
      exports.process = (code) => {
        console.log('transforms with console');
        process.stderr.write('transforms with a warning\\n', () => process.stderr.write('has warned\\n'));
        return { code };
      };`,
    'late.js': `exports.late = 'late';`,
    'server.js': `
      const { createServer } = require('node:http');
      module.exports = () => createServer((request, response) => {
        if (request.url === '/late') response.end(require('./late').late);
        else response.end('soon');
      });`,
    'blocked.test.js': `
      const { execFileSync } = require('node:child_process');
      const { useController } = require('jest-controller');
      const web = useController(() => import('./server'));
      test('blocks', async () => {
        const client = 'fetch(process.argv[1]).then((response) => response.text()).then(console.log)';
        expect(execFileSync(process.execPath, ['-e', client, web.url + '/late']).toString()).toBe('late\\n');
        // All that the server was told before is told by now.
        await fetch(web.url);
        expect(web.logs.map(({ text }) => text)).toEqual([]);
      });`,
  });
});

afterAll(() => project.remove());

test('what a transform prints beside a blocked test stands in the output of the run, not of the server', async () => {
  const { code, output } = await project.run(['--no-cache']);
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(/transforms with console\n[^]*transforms with a warning\nhas warned\n/) as unknown,
  });
});
