/**
 * Coverage of servers that do not end in order: cut in an endless loop, crashed, exited. With the package's own environment.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
import { END_GRACE } from '../../src/loop/ending';
import { inForm } from '../form';
import { countsOf, COVERED, ENDS, server } from './cut-servers';
import { jestProject, type JestProject, type JestRun } from './jest-project';

const FILES: Record<string, string> = {};
for (const [name, end] of Object.entries(ENDS)) {
  FILES[`${name}/server.ts`] = server(end);
  FILES[`${name}/covered.ts`] = COVERED;
  FILES[`${name}/${name}.test.js`] = `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./server'), { stopTimeout: 100 });
    test('asks', async () => {
      await fetch(api.url).then((response) => response.text());
      ${end === ENDS.loops ? '' : "while (api.state === 'running') await new Promise(setImmediate);"}
    });`;
}

// Babel's counters are read by the name of a global, so that what reads them can be made slow.
const SLOW = `
import { createServer } from 'node:http';
import { Controller } from 'jest-controller';
import { covered } from './covered';

export class SlowController extends Controller {
  factory() {
    return createServer((request, response) => response.end(covered()));
  }

  close() {
    const { __coverage__ } = globalThis as any;
    Object.defineProperty(globalThis, '__coverage__', {
      get() {
        for (const end = Date.now() + 1500; Date.now() < end; );
        return __coverage__;
      },
    });
  }
}
`;

const CONFIG = `module.exports = {
  testEnvironment: 'jest-controller/environment', collectCoverage: true, coverageReporters: ['json'], coverageProvider: 'babel', testTimeout: 60_000,
  transform: { '^.+\\\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
};`;

/**
 * Runs a project of these folders of files before the tests. Gives what expects of the `covered.ts` in a folder that what the server has called
 * is counted, and what it has not.
 */
function ranCovered(folders: Readonly<Record<string, Readonly<Record<string, string>>>>): (folder: string) => Promise<void> {
  let project: JestProject;
  let run: JestRun;

  beforeAll(async () => {
    const files = Object.entries(folders).flatMap(([folder, own]) =>
      Object.entries({ ...own, 'covered.ts': COVERED }).map(([file, text]) => [`${folder}/${file}`, text] as const),
    );
    project = await jestProject({ ...Object.fromEntries(files), 'jest.config.js': CONFIG });
    run = await project.run();
  });

  afterAll(() => project.remove());

  return async (folder) => {
    expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
    const counts = countsOf(await project.read('coverage/coverage-final.json'), path.join(project.folder, folder, 'covered.ts'));
    expect({ counts: counts ?? [], output: counts === undefined ? run.output : '' }).toEqual({
      counts: expect.arrayContaining([
        [2, 1],
        [6, 0],
      ]),
      output: '',
    });
  };
}

describe('a server whose coverage takes longer to gather than its end may take', () => {
  const LOOPS = { thread: 'new ThreadLoop()', process: 'new ProcessLoop()', blocking: 'new ThreadLoop()' } as const;
  const testOf = (name: string, loop: string): string => `
    const { ProcessLoop, ThreadLoop } = require('jest-controller');
    const { SlowController } = require('./slow.controller');
    test('asks', async () => {
      const slow = await new SlowController('127.0.0.1', 0, { loop: ${loop} }).start();
      await fetch(slow.url);
      const report = ${name === 'blocking' ? 'slow.stopSync()' : 'await slow.stop()'};
      expect(report.forced).toBe(false);
    });`;
  const expectCovered = ranCovered(
    Object.fromEntries(
      Object.entries(LOOPS).map(([name, loop]) => [name, { 'slow.controller.ts': SLOW, [`${name}.test.js`]: testOf(name, loop) }]),
    ),
  );

  test.each(Object.keys(LOOPS))('is covered, and not ended by force: %s', async (name) => {
    await expectCovered(name);
  });
});

// It comes to its counts when its end has taken too long already, and goes on with them until it has been asked for them: on a busy machine it
// may come to them in time, and is given seconds more.
const LATE = `
import { createServer } from 'node:http';
import { Controller } from 'jest-controller';
import { covered } from './covered';

const HATCH = Symbol.for('jest-controller.coverage');

function spin(limit: number, until = () => false) {
  for (const end = Date.now() + limit; Date.now() < end && !until(); );
}

export class LateController extends Controller {
  factory() {
    return createServer((request, response) => response.end(covered()));
  }

  close() {
    const { [HATCH]: hatch, __coverage__ } = globalThis as any;
    let isAsked = false;
    Object.defineProperty(globalThis, HATCH, { value: (which: string) => ((isAsked = true), hatch(which)) });
    Object.defineProperty(globalThis, '__coverage__', {
      get() {
        spin(20_000, () => isAsked);
        spin(100);
        return __coverage__;
      },
    });
    process.on('exit', () => spin(${(END_GRACE + 20).toString()}));
  }
}
`;

describe('a server that comes to its coverage when it is about to be ended by force', () => {
  const STOPS = { waiting: 'await late.stop()', blocking: 'late.stopSync()' } as const;
  const testOf = (stop: string): string => `
    const { LateController } = require('./late.controller');
    test('asks', async () => {
      const late = await new LateController().start();
      await fetch(late.url);
      const report = ${stop};
      expect(report.forced).toBe(true);
    });`;
  const expectCovered = ranCovered(
    Object.fromEntries(
      Object.entries(STOPS).map(([name, stop]) => [name, { 'late.controller.ts': LATE, [`${name}.test.js`]: testOf(stop) }]),
    ),
  );

  test.each(Object.keys(STOPS))('is covered: %s', async (name) => {
    await expectCovered(name);
  });
});

describe.each(inForm(['babel', 'v8'], ['babel']))('with provider %s', (provider) => {
  let project: JestProject;
  let run: JestRun;

  beforeAll(async () => {
    project = await jestProject({
      ...FILES,
      'jest.config.js': `module.exports = {
        testEnvironment: 'jest-controller/environment', collectCoverage: true, coverageReporters: ['json'], coverageProvider: '${provider}',
        transform: { '^.+\\\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
      };`,
    });
    run = await project.run();
  });

  afterAll(() => project.remove());

  test.each(Object.keys(ENDS))('a server that %s is covered until then', async (name) => {
    const counts = countsOf(await project.read('coverage/coverage-final.json'), path.join(project.folder, name, 'covered.ts'));
    expect({ counts: counts ?? [], output: counts === undefined ? run.output : '' }).toEqual({
      counts: expect.arrayContaining([
        [2, 1],
        [6, 0],
      ]),
      output: '',
    });
  });
});
