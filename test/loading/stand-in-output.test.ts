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
    'main-thread-only/jest.config.js': `module.exports = { preset: 'jest-controller', transform: { 'late\\\\.js$': '<rootDir>/transform.js' } };`,
    'main-thread-only/transform.js': `
      const path = require('node:path');
      if (!require('node:worker_threads').isMainThread) {
        // When all that the thread had to say has been said.
        process.on('exit', () => require('node:fs').writeFileSync(path.join(__dirname, 'ended'), ''));
        throw new Error('transforms in the main thread only');
      }
      exports.process = (code) => ({ code });`,
    'main-thread-only/late.js': `exports.late = 'late';`,
    'main-thread-only/server.js': `
      const { createServer } = require('node:http');
      module.exports = () => createServer((request, response) => response.end(require('./late').late));`,
    'main-thread-only/client.mjs': `
      import { existsSync } from 'node:fs';
      const [, , url, file] = process.argv;
      fetch(url).catch(Object);
      while (!existsSync(file)) await new Promise(setImmediate);
      process.exit();`,
    'main-thread-only/blocks.test.js': `
      const { execFileSync } = require('node:child_process');
      const path = require('node:path');
      const { useController } = require('jest-controller');
      const web = useController(() => import('./server'));
      test('blocks, and goes on', async () => {
        execFileSync(process.execPath, [path.join(__dirname, 'client.mjs'), web.url, path.join(__dirname, 'ended')]);
        expect(await fetch(web.url).then((response) => response.text())).toBe('late');
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
  const { code, output } = await project.run(['--no-cache', '--testPathIgnorePatterns', 'main-thread-only']);
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(/transforms with console\n[^]*transforms with a warning\nhas warned\n/) as unknown,
  });
});

test('a transform that cannot be had a second time is told, since the server waits for the blocked test then', async () => {
  const { code, output } = await project.run([
    '--no-cache',
    '--rootDir',
    'main-thread-only',
    '--config',
    'main-thread-only/jest.config.js',
  ]);
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(/compil[^]*Error: transforms in the main thread only\n +at .*transform\.js/) as unknown,
  });
});
