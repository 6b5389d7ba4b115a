/**
 * Coverage of the server side in Jest's report: one application, run in the test's thread and beside it, must count alike.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
import { everything } from '../form';
import { jestProject, type JestProject, type JestRun } from './jest-project';

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
  'ts-jest': `['ts-jest', { tsconfig: { module: 'commonjs', target: 'es2022', strict: true, types: ['node'], skipLibCheck: true }, diagnostics: { ignoreCodes: [151001, 151002] } }]`,
  'ts-jest-isolated': `['ts-jest', { tsconfig: { module: 'commonjs', target: 'es2022', isolatedModules: true } }]`,
  'babel-jest': `['babel-jest', { configFile: false, presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] }]`,
  swc: `['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }]`,
} as const;

const TRIED = Object.entries(TRANSFORMS).filter(([name]) => everything || name === 'swc');

const SERVER = `
import { createServer } from 'node:http';
import { trade } from './app';
import { hidden } from './excluded';
const { stock } = require('stock') as { stock: number };

export const server = createServer((request, response) => {
  if (request.url === '/trade') {
    response.end(JSON.stringify(trade().slice(0, hidden() + stock)));
  } else {
    response.statusCode = 404;
    response.end('not here');
  }
});
`;

const IMPORTS = `import { afterAll, beforeAll, expect, test } from '@jest/globals';\n`;
const ASK = `
test('trades over http', async () => {
  const response = await fetch(url() + '/trade');
  expect(await response.json()).toEqual(['slow:2', 'nothing', 'express:6']);
});
`;
const START_INSIDE = `
import * as exported from './server';
// Read once: some transforms export through getters, and count each reading.
const { server } = exported;
beforeAll(() => new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); }));
afterAll(() => new Promise<void>((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }));
const url = (): string => 'http://127.0.0.1:' + String((server.address() as { port: number }).port);
`;
const USE = `
import { useController } from 'jest-controller';
const api = useController(() => import('./server'), { export: 'server' });
`;

/** The same requests to a server in the test, to one of useController's, to one of the environment's, and to two at once. */
const SIDES: Readonly<Record<string, string>> = {
  inside: IMPORTS + START_INSIDE + ASK,
  used: IMPORTS + USE + 'const url = (): string => String(api.url);' + ASK,
  configured: `/** @jest-environment-options { "controllers": { "api": { "module": "./server", "export": "server" } } } */
${IMPORTS}
const url = (): string => String((globalThis as unknown as { controllers: { api: { url: string } } }).controllers.api.url);
${ASK}`,
  both: IMPORTS + START_INSIDE + ASK + USE + ASK.replace('url()', 'String(api.url)').replace('over', 'beside, over'),
};

function projectFiles(provider: string): Record<string, string> {
  const files: Record<string, string> = {};
  const projects: string[] = [];
  for (const [name, transform] of TRIED) {
    for (const [side, test] of Object.entries(SIDES)) {
      files[`${name}/${side}/app.ts`] = APPLICATION;
      files[`${name}/${side}/math.ts`] = MATH;
      files[`${name}/${side}/server.ts`] = SERVER;
      files[`${name}/${side}/excluded.ts`] = 'export const hidden = (): number => 1;';
      files[`${name}/${side}/trade.test.ts`] = test;
    }
    files[`${name}/node_modules/stock/index.js`] = 'exports.stock = 2;';
    files[`${name}/package.json`] = `{ "name": "${name}" }`;
    projects.push(
      `{ displayName: '${name}', rootDir: __dirname + '/${name}', preset: 'jest-controller', transform: { '^.+\\\\.ts$': ${transform} } }`,
    );
  }
  files['jest.config.js'] =
    `module.exports = { collectCoverage: true, coverageProvider: '${provider}', coverageReporters: ['json'], collectCoverageFrom: ['**/*.ts', '!**/excluded.ts'], projects: [${projects.join(',\n')}] };`;
  return files;
}

interface FileCounts {
  readonly path: string;
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
}

function twice(counts: Record<string, number | number[]> = {}): Record<string, number | number[]> {
  return Object.fromEntries(
    Object.entries(counts).map(([number, count]) => [number, typeof count === 'number' ? count * 2 : count.map((part) => part * 2)]),
  );
}

describe.each(['babel', 'v8'])('with provider %s', (provider) => {
  let project: JestProject;
  let run: JestRun;
  let report: Record<string, FileCounts>;

  beforeAll(async () => {
    project = await jestProject(projectFiles(provider));
    run = await project.run();
    report = JSON.parse(await project.read('coverage/coverage-final.json')) as Record<string, FileCounts>;
  });

  afterAll(() => project.remove());

  const covered = (name: string, side: string, file: string): Partial<FileCounts> => {
    const counts = report[path.join(project.folder, name, side, file)];
    return { ...counts, path: '', hash: '', inputSourceMap: undefined } as Partial<FileCounts>;
  };

  test('the run passes', () => {
    expect(run).toMatchObject({ code: 0, output: expect.stringContaining(`${String(TRIED.length * 5)} passed`) });
  });

  test('what Jest is to leave out is not in the report: a file that is excluded, and a package', () => {
    const files = Object.keys(report).map((file) => path.basename(file));
    expect(new Set(files)).toEqual(new Set(['app.ts', 'math.ts', 'server.ts']));
  });

  describe.each(TRIED)('and %s', (name) => {
    describe.each(['used', 'configured'])('a server %s', (side) => {
      test.each(['server.ts', 'app.ts', 'math.ts'])('has the counts of one in the test for %s', (file) => {
        expect(covered(name, 'inside', file).s).toBeDefined();
        expect(covered(name, side, file)).toEqual(covered(name, 'inside', file));
      });
    });

    test.each(['app.ts', 'math.ts'])('a file that runs on both sides has the sum of both: %s', (file) => {
      const { s, f, b } = covered(name, 'inside', file);
      expect(Object.values(f ?? {}).some((count) => count > 0)).toBe(true);
      const both = covered(name, 'both', file);
      expect(both.f).toEqual(twice(f));
      if (provider === 'babel') expect(both).toMatchObject({ s: twice(s), b: twice(b) });
      // V8's counts are of ranges; which statements ran is what adds up.
      else expect(Object.values(both.s ?? {}).map((count) => count > 0)).toEqual(Object.values(s ?? {}).map((count) => count > 0));
    });
  });
});

describe('with code whose source map is a file of its own', () => {
  const CHOOSES = `const text = process.env.NOBODY_SETS_THIS ? 'nobody asked' : 'you asked';
module.exports = require('node:http').createServer((request, response) => response.end(text));
`;
  const files = {
    'both.js': CHOOSES,
    'inside.js': CHOOSES,
    'both.test.js': `require('./both');
const server = require('jest-controller').useController(() => import('./both'));
test('answers', async () => expect((await fetch(server.url)).status).toBe(200));
`,
    'inside.test.js': `require('./inside');
test('is loaded', () => undefined);
`,
    // Each line of the code is that line of the source.
    'transform.js': `exports.process = (code, file) => ({
  code,
  map: { version: 3, sources: [file], sourcesContent: [code], names: [], mappings: 'AAAA' + ';AACA'.repeat(code.split('\\n').length - 1) },
});
`,
    'jest.config.js': `module.exports = {
  preset: 'jest-controller', transform: { '\\\\.js$': './transform.js' },
  collectCoverage: true, coverageProvider: 'v8', coverageReporters: ['json'], collectCoverageFrom: ['both.js', 'inside.js'],
};`,
  };
  let project: JestProject;

  beforeAll(async () => {
    project = await jestProject(files);
  });

  afterAll(() => project.remove());

  test('V8 counts the top of a module that both sides load as one', async () => {
    expect(await project.run()).toMatchObject({ code: 0 });
    const report = JSON.parse(await project.read('coverage/coverage-final.json')) as Record<string, FileCounts>;
    const [inside, both] = ['inside.js', 'both.js'].map((file) => Object.values(report[path.join(project.folder, file)]?.b ?? {}));
    // The module, and the text that nobody asked for.
    expect(inside).toEqual([[1], [0]]);
    // And the handler, which the server alone has run.
    expect(both).toEqual([[2], [0], [1]]);
  });
});

describe('with code of which there is no file', () => {
  let project: JestProject;

  beforeAll(async () => {
    project = await jestProject({
      'server.js': `
const { unlinkSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const file = join(__dirname, 'generated.js');
writeFileSync(file, 'exports.greet = () => "hello ";');
const { greet } = require(file);
unlinkSync(file);
const whom = (0, eval)('() => "you" //# sourceURL=file://elsewhere/evaluated.js');
module.exports = require('node:http').createServer((request, response) => response.end(greet() + whom()));
`,
      'server.test.js': `
const server = require('jest-controller').useController(() => import('./server'));
test('answers', async () => expect(await (await fetch(server.url)).text()).toBe('hello you'));
`,
      'jest.config.js': `module.exports = {
  preset: 'jest-controller', transform: {}, collectCoverage: true, coverageProvider: 'v8', coverageReporters: ['json'],
};`,
    });
  });

  afterAll(() => project.remove());

  test('V8 covers the files of the server that are there', async () => {
    const run = await project.run();
    expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
    const report = JSON.parse(await project.read('coverage/coverage-final.json')) as Record<string, FileCounts>;
    expect(Object.keys(report)).toEqual([path.join(project.folder, 'server.js')]);
  });
});
