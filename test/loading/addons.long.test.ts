/**
 * Native addons beside a server: they load as in Node, and `preload` guards those that crash when only a thread loads them.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { REPOSITORY } from '../fit/fit-project';
import { jestProject, type JestProject } from './jest-project';

/** The addon of Jest's own resolver, built for this machine. */
function builtAddon(): string {
  const scope = path.join(REPOSITORY, 'node_modules', '@unrs');
  const files = readdirSync(scope).flatMap((name) => readdirSync(path.join(scope, name)).map((file) => path.join(scope, name, file)));
  const addon = files.find((file) => file.endsWith('.node'));
  if (addon === undefined) throw new Error(`There is no addon in ${scope}.`);
  return addon;
}

const FILES = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: { '\\\\.js$': ['<rootDir>/as-it-is.js'] } };`,
  'as-it-is.js': `exports.process = (code) => ({ code });`,
  'addon.controller.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.AddonController = class AddonController extends Controller {
      factory() { this.addon = require('./addon'); return createServer(); }
      find(name) { return new this.addon.ResolverFactory().sync(__dirname, name).path; }
      isFile() { return this.addon === require('./addon.node'); }
    };`,
  'addon.test.js': `
    const { ProcessLoop, useController } = require('jest-controller');
    const { AddonController } = require('./addon.controller');
    describe.each([['thread', () => ({})], ['process', () => ({ loop: new ProcessLoop() })]])('%s', (_name, options) => {
      const controller = useController(AddonController, { ...options(), scope: 'test' });
      test('calls native code', async () => {
        expect(await controller.remote.find('./addon.test.js')).toBe(__filename);
      });
      test('has one module by either name', async () => {
        expect(await controller.remote.isFile()).toBe(true);
      });
    });`,
  'compiler.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.Compiler = class Compiler extends Controller {
      factory() { this.compiler = require('@swc/core'); return createServer(); }
      compile(text) { return this.compiler.transformSync(text).code.trim(); }
      tellOfEnds(file) {
        if (process.listenerCount('beforeExit') > 0) return;
        process.on('beforeExit', () => require('node:fs').appendFileSync(file, 'no more work\\n'));
      }
      begin() {
        setInterval(() => undefined, 1000);
        require('node:net').createServer().listen(0);
        void this.compiler.transform('let a = 1;\\n' + 'a += 1;\\n'.repeat(50000)).then(() => console.log('compiled'));
      }
    };`,
  'preload.test.js': `
    const { useController } = require('jest-controller');
    const { Compiler } = require('./compiler');
    const compiler = useController(Compiler, { scope: 'test', preload: ['@swc/core'] });
    test.each([1, 2, 3])('compiles, start %i', async (start) => {
      expect(await compiler.remote.compile('let a = ' + start)).toBe('var a = ' + start + ';');
    });`,
  'unfinished.test.js': `
    const { Compiler } = require('./compiler');
    test.each([1, 2, 3])('is waited for, start %i', async () => {
      const compiler = await new Compiler(undefined, undefined, { preload: ['@swc/core'], leaks: 'ignore', stopTimeout: 20_000 }).start();
      await compiler.remote.begin();
      const { forced, ms, timers, handles } = await compiler.stop();
      expect({ forced, waitedForAll: ms >= 20_000, timers: timers.length, handles: handles.length }).toEqual({ forced: false, waitedForAll: false, timers: 1, handles: 1 });
      expect(compiler.logs.map(({ text }) => text)).toContain('compiled');
    });`,
  'kept.test.js': `
    const { useLoop } = require('jest-controller');
    const { Compiler } = require('./compiler');
    const loop = useLoop();
    test.each([1, 2])('lives on, start %i', async () => {
      const compiler = await new Compiler(undefined, undefined, { loop, preload: ['@swc/core'] }).start();
      await compiler.remote.tellOfEnds(__dirname + '/ends.txt');
      await compiler.stop();
    });`,
  'preload.program.js': `
    const { Compiler } = require('./compiler');
    (async () => {
      for (let start = 1; start <= 3; start += 1) {
        const compiler = await new Compiler(undefined, undefined, { preload: ['@swc/core'] }).start();
        console.log(await compiler.remote.compile('let a = ' + start));
        await compiler.stop();
      }
    })();`,
  'order.js': `require('node:fs').appendFileSync(__dirname + '/order.txt', require('node:worker_threads').isMainThread + '\\n');`,
  'order.server.js': `require('./order'); module.exports = { fetch: () => new Response() };`,
  'order.test.js': `
    const { useController } = require('jest-controller');
    useController(() => import('./order.server'), { preload: ['./order'] });
    test('starts', () => {});`,
};

let project: JestProject;

beforeAll(async () => {
  project = await jestProject(FILES);
  copyFileSync(builtAddon(), path.join(project.folder, 'addon.node'));
});

afterAll(() => project.remove());

test('an addon of the project loads in a thread and in a process, beside a transform that would not understand it', async () => {
  const { code, output } = await project.run(['addon.test.js']);
  expect(output).toContain('4 passed');
  expect(code).toBe(0);
});

// @swc/core 1.16 ends the process by a signal when only threads load it and one of them ends.
describe('preload', () => {
  test('guards an addon that crashes when only threads load it', async () => {
    const { code, output } = await project.run(['preload.test.js']);
    expect(output).toContain('3 passed');
    expect(code).toBe(0);
  });

  test('guards it without Jest too', async () => {
    const program = await new Promise<{ readonly failure: Error | null; readonly output: string }>((resolve) => {
      execFile(process.execPath, ['preload.program.js'], { cwd: project.folder }, (failure, output) => {
        resolve({ failure, output });
      });
    });
    expect(program).toEqual({ failure: null, output: 'var a = 1;\nvar a = 2;\nvar a = 3;\n' });
  });

  test('loads the module in the process before the thread does', async () => {
    const { code } = await project.run(['order.test.js']);
    expect(code).toBe(0);
    expect(readFileSync(path.join(project.folder, 'order.txt'), 'utf8')).toBe('true\nfalse\n');
  });
});

// Others, such as bcrypt 6, end the process by a signal where their thread ends meanwhile.
test('what an addon is at when its server is stopped comes to its end before the thread', async () => {
  const { code, output } = await project.run(['unfinished.test.js']);
  expect(output).toContain('3 passed');
  expect(code).toBe(0);
});

test('a loop that outlives its servers waits for addons at its own end, and lets go of nothing before', async () => {
  const { code, output } = await project.run(['kept.test.js']);
  expect(output).toContain('2 passed');
  expect(code).toBe(0);
  expect(readFileSync(path.join(project.folder, 'ends.txt'), 'utf8')).toBe('no more work\n');
});
