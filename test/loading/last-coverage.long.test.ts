/**
 * Coverage of servers that do not end in order, where Jest's workers are threads, and on loops of the user's making.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fitProject, type FitProject, type FitRun } from '../fit/fit-project';
import { countsOf, COVERED, ENDS, server } from './cut-servers';

const LIMITED = `new ThreadLoop({ resourceLimits: { maxOldGenerationSizeMb: 64 } })`;

interface Case {
  readonly end: string;
  readonly loop: string;
  readonly stop: string;
}

const OWN = 'undefined';
const ASYNC = '';
const CASES: Readonly<Record<string, Case>> = {
  'loops-own': { end: ENDS.loops, loop: OWN, stop: ASYNC },
  'loops-limited': { end: ENDS.loops, loop: LIMITED, stop: ASYNC },
  'loops-sync': { end: ENDS.loops, loop: OWN, stop: 'api.stopSync();' },
  'crashes-own': { end: ENDS.crashes, loop: OWN, stop: ASYNC },
  'crashes-limited': { end: ENDS.crashes, loop: LIMITED, stop: ASYNC },
  'crashes-process': { end: ENDS.crashes, loop: 'new ProcessLoop()', stop: ASYNC },
  'exits-own': { end: ENDS.exits, loop: OWN, stop: ASYNC },
};

const FILES: Record<string, string> = {};
for (const [name, { end, loop, stop }] of Object.entries(CASES)) {
  FILES[`${name}/server.ts`] = server(end);
  FILES[`${name}/covered.ts`] = COVERED;
  FILES[`${name}/${name}.test.js`] = `
    const { ProcessLoop, ThreadLoop, useController } = require('jest-controller');
    const api = useController(() => import('./server'), { stopTimeout: 100, loop: ${loop} });
    api.on('crashed', () => {});
    test('asks', async () => {
      await fetch(api.url).then((response) => response.text());
      ${end === ENDS.loops ? '' : "if (api.state === 'running') await new Promise((resolve) => api.once('crashed', resolve));"}
      ${stop}
    });`;
}

describe.each(['babel', 'v8'])('with provider %s', (provider) => {
  describe.each([
    ['in worker threads', ['--maxWorkers', '2', '--workerThreads']],
    ['in band', ['--runInBand']],
  ])('%s', (_where, args) => {
    let project: FitProject;
    let run: FitRun;

    beforeAll(async () => {
      project = await fitProject({
        ...FILES,
        'jest.config.js': `module.exports = {
        preset: 'jest-controller', collectCoverage: true, coverageReporters: ['json'], coverageProvider: '${provider}',
        transform: { '^.+\\\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
      };`,
      });
      run = await project.run(args);
    });

    afterAll(() => project.remove());

    test.each(Object.keys(CASES))('%s is covered until then', (name) => {
      const counts = countsOf(readFileSync(project.at('coverage/coverage-final.json'), 'utf8'), project.at(name, 'covered.ts'));
      expect({ counts: counts ?? [], output: counts === undefined ? run.output : '' }).toEqual({
        counts: expect.arrayContaining([
          [2, 1],
          [6, 0],
        ]),
        output: '',
      });
    });
  });
});
