/**
 * Coverage of the server side in Jest's report: one application, run in the test's thread and beside it, must count alike.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
import { jestProject, type JestProject, type JestRun } from './jest-project';

const ENVIRONMENT = path.resolve(__dirname, '..', 'fixtures', 'loading', 'bare-environment.js');

const APPLICATION = `
import { double } from './math';

interface Order { readonly items: number; readonly express?: boolean }

export class Shop {
  private sold = 0;
  sell(order: Order): string {
    if (order.items === 0) {
      return 'nothing';
    }
    this.sold += double(order.items);
    const label = order.express === true ? 'express' : 'slow';
    return label + ':' + String(this.sold);
  }
  never(): number {
    return this.sold || 3;
  }
}

export function trade(): string[] {
  const shop = new Shop();
  return [1, 0, 2].map((items) => shop.sell({ items, express: items > 1 }));
}
`;

const MATH = `
export const double = (value: number): number => value * 2;
export const unused = (value: number): number => (value > 0 ? value : -value);
`;

const TRANSFORMS = {
  'ts-jest': `['ts-jest', { tsconfig: { module: 'commonjs', target: 'es2022', strict: true }, diagnostics: { ignoreCodes: [151001, 151002] } }]`,
  'ts-jest-isolated': `['ts-jest', { tsconfig: { module: 'commonjs', target: 'es2022', isolatedModules: true } }]`,
  'babel-jest': `['babel-jest', { configFile: false, presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] }]`,
  swc: `['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }]`,
} as const;

const INSIDE = `import { expect, test } from '@jest/globals';
import { trade } from './app';
test('trades in the test', () => { expect(trade()).toEqual(['slow:2', 'nothing', 'express:6']); });
`;
const BESIDE = `import { expect, test } from '@jest/globals';
declare const beside: (file: string) => { call(name: string): Promise<unknown> };
test('trades beside the test', async () => { expect(await beside('./app.ts').call('trade')).toEqual(['slow:2', 'nothing', 'express:6']); });
`;
const BOTH = `${INSIDE}${BESIDE.replace(/^import.*/, '')}`;

function projectFiles(provider: string): Record<string, string> {
  const files: Record<string, string> = {};
  const projects: string[] = [];
  for (const [name, transform] of Object.entries(TRANSFORMS)) {
    for (const [side, test] of Object.entries({ inside: INSIDE, beside: BESIDE, both: BOTH })) {
      files[`${name}/${side}/app.ts`] = APPLICATION;
      files[`${name}/${side}/math.ts`] = MATH;
      files[`${name}/${side}/trade.test.ts`] = test;
    }
    files[`${name}/package.json`] = `{ "name": "${name}" }`;
    projects.push(
      `{ displayName: '${name}', rootDir: __dirname + '/${name}', testEnvironment: ${JSON.stringify(ENVIRONMENT)}, transform: { '^.+\\\\.ts$': ${transform} } }`,
    );
  }
  files['jest.config.js'] =
    `module.exports = { collectCoverage: true, coverageProvider: '${provider}', coverageReporters: ['json'], projects: [${projects.join(',\n')}] };`;
  return files;
}

interface FileCounts {
  readonly path: string;
  readonly s: Record<string, number>;
}

describe.each(['babel', 'v8'])('with provider %s', (provider) => {
  let project: JestProject;
  let run: JestRun;
  let report: Record<string, FileCounts>;

  beforeAll(async () => {
    project = await jestProject(projectFiles(provider));
    run = await project.run();
    report = JSON.parse(await project.read('coverage/coverage-final.json')) as Record<string, FileCounts>;
  }, 60_000);

  afterAll(() => project.remove());

  const covered = (name: string, side: string, file: string): Partial<FileCounts> => {
    const counts = report[path.join(project.folder, name, side, file)];
    return { ...counts, path: '', hash: '', inputSourceMap: undefined } as Partial<FileCounts>;
  };

  test('the run passes', () => {
    expect(run).toMatchObject({ code: 0, output: expect.stringContaining('16 passed') });
  });

  describe.each(Object.keys(TRANSFORMS))('and %s', (name) => {
    test.each(['app.ts', 'math.ts'])('%s counts beside the test exactly as in it', (file) => {
      expect(covered(name, 'inside', file).s).toBeDefined();
      expect(covered(name, 'beside', file)).toEqual(covered(name, 'inside', file));
    });

    test('a file that runs on both sides has the sum of both', () => {
      const inside = covered(name, 'inside', 'math.ts').s ?? {};
      const both = covered(name, 'both', 'math.ts').s ?? {};
      if (provider === 'babel') {
        expect(both).toEqual(Object.fromEntries(Object.entries(inside).map(([statement, count]) => [statement, count * 2])));
      } else {
        // V8's counts are of ranges; which statements ran is what adds up.
        expect(Object.entries(both).map(([, count]) => count > 0)).toEqual(Object.entries(inside).map(([, count]) => count > 0));
      }
    });
  });
});
