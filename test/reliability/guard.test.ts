/**
 * Whatever way a Jest run ends: no thread, process, port or socket file stays.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { connectionError } from '../controller/clients';
import { inForm } from '../form';
import { PATIENCE } from '../limits';
import { jestProject, type JestProject } from '../loading/jest-project';

const JEST = path.resolve(__dirname, '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');

/** Three servers: in a thread, in a process with a child of its own, and in a process on a Unix socket; where they are goes to a file. */
const HEAD = `
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { ProcessLoop, useController } = require('jest-controller');
const { Guarded } = require('./guarded');
const { Parent } = require('./parent');
const thread = useController(Guarded);
const child = useController(Parent, { loop: new ProcessLoop() });
const socket = useController(Guarded, { loop: new ProcessLoop(), path: path.join(__dirname, 's') });
async function tell() {
  writeFileSync(path.join(__dirname, 'facts.json'), JSON.stringify({
    ports: [thread.port, child.port], pids: [child.loop.number, socket.loop.number, await child.remote.helper], jest: process.pid,
  }));
}
`;

interface Way {
  readonly text: string;
  readonly args?: readonly string[];
  readonly signal?: NodeJS.Signals;
  /** The exit code of Jest, or the signal that ended it. */
  readonly end: number | NodeJS.Signals;
  readonly says?: RegExp;
}

const WAYS: Readonly<Record<string, Way>> = {
  'passing tests': { text: `test('passes', tell);`, end: 0 },
  SIGINT: {
    text: `test('hangs', async () => { await tell(); process.stderr.write('READY'); await new Promise(() => undefined); }, 60000);`,
    signal: 'SIGINT',
    end: 'SIGINT',
  },
  SIGTERM: {
    text: `test('hangs', async () => { await tell(); process.stderr.write('READY'); await new Promise(() => undefined); }, 60000);`,
    signal: 'SIGTERM',
    end: 'SIGTERM',
  },
  SIGKILL: {
    text: `test('hangs', async () => { await tell(); process.stderr.write('READY'); await new Promise(() => undefined); }, 60000);`,
    signal: 'SIGKILL',
    end: 'SIGKILL',
  },
  '--bail': {
    text: `test('fails', async () => { await tell(); expect(1).toBe(2); }); test('never runs', () => undefined);`,
    args: ['--bail'],
    end: 1,
  },
  'process.exit in a test': { text: `test('exits', async () => { await tell(); process.exit(3); });`, end: 3 },
  'a Jest worker that is killed': {
    text: `test('kills', async () => { await tell(); process.kill(process.pid, 'SIGKILL'); });`,
    args: ['--maxWorkers=2'],
    end: 1,
  },
  'a failed beforeAll': {
    text: `beforeAll(async () => { await tell(); throw new Error('no'); }); test('fails', () => undefined);`,
    end: 1,
  },
  'a controller that was never stopped': {
    text: `test('starts another', async () => { await tell(); const { Guarded } = require('./guarded'); await new Guarded().start(); });`,
    end: 0,
    says: /jest-controller: Guarded \(made at .*after-a-controller-that-was-never-stopped\.test\.js:\d+:\d+\) was still running/,
  },
  '--forceExit': { text: `test('passes', tell);`, args: ['--forceExit'], end: 0 },
};

const TRIED = inForm(Object.keys(WAYS), ['SIGINT', 'SIGKILL', 'a controller that was never stopped']);

describe('after a run that ends by', () => {
  let project: JestProject;

  beforeAll(async () => {
    const config = JSON.stringify({ testEnvironment: 'jest-controller/environment', transform: {}, testMatch: ['**/*.test.js'] });
    const tests = Object.entries(WAYS).map(([way, { text }]) => [`${fileOf(way)}.test.js`, HEAD + text]);
    project = await jestProject({
      'jest.config.js': `module.exports = ${config};`,
      'guarded.js': `
        const { Controller } = require('jest-controller');
        exports.Guarded = class Guarded extends Controller {
          factory() { return require('node:net').createServer(); }
        };`,
      'parent.js': `
        exports.Parent = class Parent extends require('./guarded').Guarded {
          helper = 0;
          factory() {
            this.helper = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(Object, 1e6)'], { stdio: 'ignore' }).pid;
            return super.factory();
          }
        };`,
      'second.test.js': `test('is there so that Jest makes workers', () => undefined);`,
      'broken-setup/jest.config.js': `module.exports = { testEnvironment: './environment.js', transform: {}, testEnvironmentOptions: { controllers: { one: '../guarded', two: './broken' } } };`,
      'broken-setup/broken.js': `throw new Error('broken on purpose');`,
      'broken-setup/package.json': `{}`,
      'broken-setup/environment.js': `module.exports = require('jest-controller/environment').TestEnvironment;`,
      'broken-setup/x.test.js': `test('never runs', () => undefined);`,
      ...(Object.fromEntries(tests) as Record<string, string>),
    });
  });

  afterAll(() => project.remove());

  test.each(TRIED)('%s nothing stays', async (way) => {
    const { args = ['--runInBand'], signal, end, says = /./ } = WAYS[way] as Way;
    // What another way has told says nothing of this one.
    await rm(path.join(project.folder, 'facts.json'), { force: true });
    const files = args.includes('--maxWorkers=2') ? [`${fileOf(way)}.test.js`, 'second.test.js'] : [`${fileOf(way)}.test.js`];
    const run = await runJest(project.folder, [...args, '--runTestsByPath', ...files], signal);
    expect(run).toEqual({ end, output: expect.stringMatching(says) });
    const { ports, pids } = JSON.parse(await project.read('facts.json')) as { readonly ports: number[]; readonly pids: number[] };
    await Promise.all(pids.map(gone));
    expect(await Promise.all(ports.map((port) => connectionError(port)))).toStrictEqual(['ECONNREFUSED', 'ECONNREFUSED']);
    expect(existsSync(path.join(project.folder, 's'))).toBe(false);
  });

  test('an environment whose setup threw Jest ends by itself, and says why', async () => {
    const { end, output } = await runJest(path.join(project.folder, 'broken-setup'), ['--runInBand']);
    expect(end).toBe(1);
    expect(output).toMatch(/broken on purpose/);
    expect(output).not.toMatch(/did not exit/);
  });
});

function fileOf(way: string): string {
  return `after-${way.replaceAll(/\W+/g, '-')}`;
}

/** Runs Jest to its own end, or until `signal` once the test says that it is ready. */
async function runJest(folder: string, args: readonly string[], signal?: NodeJS.Signals): Promise<{ end: unknown; output: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('JEST_') && name !== 'NODE_OPTIONS'));
  const jest = spawn(process.execPath, [JEST, ...PATIENCE, ...args], { cwd: folder, env: { ...env, FORCE_COLOR: '0', CI: 'true' } });
  let output = '';
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    if (signal !== undefined && output.includes('READY')) jest.kill(signal);
  };
  jest.stdout.on('data', hear);
  jest.stderr.on('data', hear);
  const [code, endedBy] = (await once(jest, 'close')) as [number | null, NodeJS.Signals | null];
  return { end: code ?? endedBy, output };
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
