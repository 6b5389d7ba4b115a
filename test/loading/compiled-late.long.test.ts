/**
 * What factory() loads is compiled while `readyTimeout` runs: frameworks that scan directories for their modules do all of it then.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject } from './jest-project';

const PAUSE = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4500);`;

let project: JestProject;

beforeAll(async () => {
  project = await jestProject({
    'jest.config.js': `module.exports = {
      preset: 'jest-controller',
      cacheDirectory: '<rootDir>/cache',
      transform: { 'slow\\\\.js$': '<rootDir>/transforms/sync.js', 'slow\\\\.mjs$': '<rootDir>/transforms/async.js' },
    };`,
    'transforms/sync.js': `exports.process = (code) => { ${PAUSE} return { code }; };`,
    'transforms/async.js': `exports.processAsync = (code) => new Promise((resolve) => setTimeout(resolve, 4500, { code }));`,
    'slow.js': `module.exports = (request, response) => response.end('compiled');`,
    'other-slow.js': `module.exports = (request, response) => response.end('compiled');`,
    'slow.mjs': `export default (request, response) => response.end('compiled');`,
    'app.controller.js': `
      const { Controller } = require('jest-controller');
      const { createServer } = require('node:http');
      exports.Required = class Required extends Controller {
        factory() { return require('./slow.js'); }
      };
      exports.Imported = class Imported extends Controller {
        async factory() { return (await import('./slow.mjs')).default; }
      };
      exports.Silent = class Silent extends Controller {
        factory() { require(this.data); return new Promise(() => {}); }
      };`,
    'ready.test.js': `
      const { useControllers } = require('jest-controller');
      const { Required, Imported } = require('./app.controller');
      const options = { readyTimeout: 4000 };
      const { required, imported } = useControllers({ required: [Required, options], imported: [Imported, options] });
      const ask = async ({ url }) => (await fetch(url)).text();
      test('required', async () => expect(await ask(required)).toBe('compiled'));
      test('imported', async () => expect(await ask(imported)).toBe('compiled'));`,
    'silent.test.js': `
      const { Silent } = require('./app.controller');
      test('is told', async () => {
        const error = await new Silent('127.0.0.1', 0, { readyTimeout: 500, data: './slow.js' }).start().catch((reason) => reason);
        expect(error).toMatchObject({ code: 'ERR_READY_TIMEOUT', phase: 'factory', limit: 500 });
        expect(error.message).toMatch(/after 500 ms, beside \\d+ ms for compiling what it loaded meanwhile \\(/);
      });
      test('has its bound in \`loadTimeout\`', async () => {
        const silent = new Silent('127.0.0.1', 0, { readyTimeout: 500, loadTimeout: 4000, data: './other-slow.js' });
        const error = await silent.start().catch((reason) => reason);
        expect(error).toMatchObject({ code: 'ERR_READY_TIMEOUT', phase: 'factory' });
      });`,
  });
});

afterAll(() => project.remove());

test('is not the server’s fault', async () => {
  const { code, output } = await project.run(['ready.test.js'], { node: ['--experimental-vm-modules'] });
  expect(output).toContain('2 passed');
  expect(code).toBe(0);
});

test('is told by the error of a server that is not ready all the same', async () => {
  const { code, output } = await project.run(['silent.test.js', '--no-cache']);
  expect(output).toContain('2 passed');
  expect(code).toBe(0);
});
