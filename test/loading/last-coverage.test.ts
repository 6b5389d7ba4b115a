/**
 * Coverage of servers that do not end in order: cut in an endless loop, crashed, exited. With the package's own environment.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
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
