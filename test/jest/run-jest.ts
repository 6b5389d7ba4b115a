/**
 * Runs Jest on a project of its own and tells the outcome by file and test.
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { PATIENCE, RUN_LIMIT } from '../limits';
import { jestProject, type JestProject } from '../loading/jest-project';

const JEST = path.join(__dirname, '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');
const OUTCOME = 'outcome.json';

export interface TestOutcome {
  readonly status: string;
  /** Each of its errors, as Jest shows it. */
  readonly failures: readonly string[];
}

export interface JestOutcome {
  readonly code: number;
  readonly output: string;
  /** By the file's name and the test's full name. */
  test(file: string, name: string): TestOutcome;
  /** The names of a file's tests with their status. */
  statuses(file: string): Readonly<Record<string, string>>;
  /** What failed outside any test of the file; empty when nothing did. */
  fileFailure(file: string): string;
}

interface JsonResult {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** A project of JavaScript files, which no transform delays, with the controllers below beside its tests. */
export function project(files: Readonly<Record<string, string>>): Promise<JestProject> {
  return jestProject({ ...CONTROLLERS, 'jest.config.js': CONFIG, ...files });
}

/** What `jest.config.js` is, unless the files say otherwise. */
export const CONFIG = `module.exports = { preset: 'jest-controller', transform: {} };`;

const CONTROLLERS = {
  'echo.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.Echo = class Echo extends Controller {
      factory() { return createServer((socket) => { socket.on('error', () => {}); socket.pipe(socket); }); }
      throwSoon() { setImmediate(() => { throw new RangeError('bang'); }); }
      throwOnAbort() { this.signal.addEventListener('abort', () => setImmediate(() => { throw new RangeError('late bang'); })); }
      say(text) { console.log(text); }
      number() { return this.loop.number; }
      leaveTimer() { setTimeout(() => undefined, 60_000); }
    };`,
  'failing.js': `
    const { Controller } = require('jest-controller');
    exports.Failing = class Failing extends Controller { factory() { throw new TypeError('no kitchen'); } };`,
  'api.js': `
    exports.default = (request, response) => response.end('api ' + (process.env.COLOUR ?? ''));
    Object.defineProperty(exports, '__esModule', { value: true });`,
  'client.js': `
    const { connect } = require('node:net');
    exports.echoed = (port) => new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('hello'));
      socket.on('data', (data) => { resolve(String(data)); socket.destroy(); }).on('error', reject);
    });`,
};

const HEAD = `
  const { connect } = require('node:net');
  const { useController, useControllers, Controller } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const { Failing } = require('./failing.js');
  const { echoed } = require('./client.js');`;

/** The same files, their tests with the package and the controllers above imported; a docblock stays first. */
export function withHead(files: Readonly<Record<string, string>>): Record<string, string> {
  const headed = ([name, text]: [string, string]): [string, string] => {
    if (!name.endsWith('.test.js')) return [name, text];
    return [name, text.startsWith('/**') ? text.replace('*/', `*/${HEAD}`) : `${HEAD}\n${text}`];
  };
  return Object.fromEntries(Object.entries(files).map(headed));
}

/** Has Jest run on `files` once, before the tests of the calling file; gives its outcome, in those tests. */
export function ranBefore(files: Readonly<Record<string, string>>, jestArguments?: JestArguments): () => JestOutcome {
  let folder: JestProject;
  let outcome: JestOutcome;
  beforeAll(async () => {
    folder = await project(files);
    outcome = await runJest(folder, jestArguments);
  });
  afterAll(() => folder.remove());
  return () => outcome;
}

export interface JestArguments {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the running Jest. */
  readonly onStart?: (jest: ChildProcess) => void;
}

/** Runs Jest with colours off. */
export async function runJest(jest: JestProject, { args = [], env = {}, onStart }: JestArguments = {}): Promise<JestOutcome> {
  const inherited = { ...process.env };
  for (const name of Object.keys(inherited)) if (name.startsWith('JEST_') || name === 'NODE_OPTIONS') delete inherited[name];
  const all = [JEST, '--json', `--outputFile=${OUTCOME}`, ...PATIENCE, ...args];
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    const options = {
      cwd: jest.folder,
      env: { ...inherited, FORCE_COLOR: '0', CI: 'true', ...env },
      timeout: RUN_LIMIT,
      maxBuffer: 1 << 26,
    };
    const child = execFile(process.execPath, all, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: `${stdout}\n${stderr}` });
    });
    onStart?.(child);
  });
  const file = path.join(jest.folder, OUTCOME);
  const { testResults } = JSON.parse(existsSync(file) ? await jest.read(OUTCOME) : '{ "testResults": [] }') as JsonResult;
  const find = (name: string): JsonResult['testResults'][number] => {
    const found = testResults.find((result) => path.basename(result.name) === name);
    if (found === undefined) throw new Error(`${name} has not run:\n${output}`);
    return found;
  };
  return {
    code,
    output,
    test(name, fullName) {
      const found = find(name).assertionResults.find((result) => result.fullName === fullName);
      if (found === undefined) throw new Error(`${name} has no test "${fullName}":\n${output}`);
      return { status: found.status, failures: found.failureMessages };
    },
    statuses: (name) => Object.fromEntries(find(name).assertionResults.map(({ fullName, status }) => [fullName, status])),
    fileFailure: (name) => {
      const { message, assertionResults } = find(name);
      return assertionResults.some(({ status }) => status === 'failed') ? '' : message;
    },
  };
}

/** The file has tests, and none of them failed, nor anything outside of them. */
export function expectToPass(outcome: JestOutcome, file: string): void {
  expect(outcome.fileFailure(file)).toBe('');
  expect(new Set(Object.values(outcome.statuses(file)))).toEqual(new Set(['passed']));
}

/** Nothing kept Jest or its workers from ending, and no emitter had too many listeners. */
export function expectQuiet(outcome: JestOutcome): void {
  expect(outcome.output).not.toContain('did not exit');
  expect(outcome.output).not.toContain('failed to exit gracefully');
  expect(outcome.output).not.toContain('open handle');
  expect(outcome.output).not.toContain('MaxListeners');
}
