/**
 * The pure pieces of loading and coverage.
 */
import { describe, expect, test } from '@jest/globals';
import type { Config } from '@jest/types';
import { exportedNames } from '../../src/host/loading/exported-names';
import { asLoadFailure, asUntransformed } from '../../src/host/loading/load-failure';
import { Policy } from '../../src/host/loading/policy';
import { addCounts, type CoverageMap } from '../../src/jest/coverage/coverage-counts';
import { packCoverage } from '../../src/protocol/packed-coverage';
import { extract } from '../../src/jest/dependency-extractor';
import { rememberPlainOptions, withoutDocblockOptions } from '../../src/jest/loading/settings';
import type { JestLoaderSettings } from '../../src/protocol/loader';

describe('the names that CommonJS output exports', () => {
  test.each([
    ['TypeScript', 'exports.a = exports.b = void 0; Object.defineProperty(exports, "__esModule", { value: true });', ['a', 'b']],
    ['Babel', 'Object.defineProperty(exports, "a", { enumerable: true, get: function () { return a; } });\nexports.b = 1;', ['a', 'b']],
    [
      'SWC',
      '_export(exports, {\n    get a () {\n        return a;\n    },\n    b: function() {\n        return b;\n    }\n});',
      ['a', 'b'],
    ],
    ['people', 'module.exports = { a, b, "c": d, \'not-a-name\': e };', ['a', 'b', 'c']],
    ['people whose code cannot be read', 'module.exports = { a', []],
  ])('are found in that of %s', (_compiler, code, names) => {
    expect([...exportedNames(code).names].sort()).toEqual(names);
  });

  test.each([
    ['TypeScript', '__exportStar(require("./a"), exports); tslib_1.__exportStar(require("b"), exports);', ['./a', 'b']],
    [
      'Babel',
      'var _a = require("./a");\nObject.keys(_a).forEach(function (key) {\n  if (key === "default" || key === "__esModule") return;\n  if (key in exports && exports[key] === _a[key]) return;\n  Object.defineProperty(exports, key, {\n    enumerable: true,\n    get: function () {\n      return _a[key];\n    }\n  });\n});\nvar _b = require("./b");',
      ['./a'],
    ],
    [
      'Babel with coverage',
      'var\n/* istanbul ignore next */\n_a = require("./a");\n/* istanbul ignore next */\nObject.keys(_a).forEach(function (key) {\n  if (key === "default" || key === "__esModule") return;\n  if (key in exports && exports[key] === _a[key]) return;\n  Object.defineProperty(exports, key, {\n    enumerable: true,\n    get: function () {\n      return _a[key];\n    }\n  });\n});',
      ['./a'],
    ],
    ['SWC', '_export_star(require("./a"), exports);', ['./a']],
    ['esbuild', '__reExport(src_exports, require("./a"), module.exports);', ['./a']],
    ['people', `module.exports = { ...require('./a'), c };`, ['./a']],
    ['people who pass another module on', `module.exports = require('./a');`, ['./a']],
  ])('are those of other modules, too, in that of %s', (_compiler, code, specifiers) => {
    expect(exportedNames(code).from).toEqual(specifiers);
  });
});

describe("Jest's patterns", () => {
  const NOTHING = { exportConditions: [], transform: [], transformIgnorePatterns: [], coveragePathIgnorePatterns: [] };
  const resolves = (moduleNameMapper: string[], specifier: string): boolean =>
    new Policy({ ...NOTHING, moduleNameMapper } as unknown as JestLoaderSettings).resolves(specifier, '/project/a.js');

  test('may name the same groups, and refer to their own', () => {
    const patterns = ['^@(?<name>a)/', '^#(?<name>b)/', '^(x)-\\1$'];
    expect(['@a/1', '#b/1', 'x-x', 'x-a'].map((specifier) => resolves(patterns, specifier))).toEqual([true, true, true, false]);
  });

  test('take nothing where there are none', () => {
    expect(resolves([], 'x')).toBe(false);
  });
});

describe('adding counts', () => {
  const at = (line: number): { start: { line: number; column: number }; end: { line: number; column: number } } => ({
    start: { line, column: 0 },
    end: { line, column: 9 },
  });
  const coverage = (lines: readonly number[], counts: readonly number[]): CoverageMap => ({
    'file.ts': {
      path: 'file.ts',
      statementMap: Object.fromEntries(lines.map((line, index) => [index, at(line)])),
      fnMap: {},
      branchMap: { 0: { loc: at(1) } },
      s: Object.fromEntries(counts.map((count, index) => [index, count])),
      f: {},
      b: { 0: [1, 0] },
    },
  });

  test('keeps the very objects that instrumented code counts in', () => {
    const map = coverage([1, 2], [1, 0]);
    const counters = map['file.ts']?.s;
    addCounts(map, packCoverage(coverage([1, 2], [2, 3])));
    expect(counters).toEqual({ 0: 3, 1: 3 });
    expect(map['file.ts']?.b).toEqual({ 0: [2, 0] });
  });

  test('goes by the place where two versions of a file number their statements differently', () => {
    const map = coverage([1, 2], [1, 1]);
    addCounts(map, packCoverage(coverage([7, 1, 2], [9, 4, 5])));
    expect(map['file.ts']?.s).toEqual({ 0: 5, 1: 6 });
  });

  test('takes a file that is new as it is', () => {
    const map: CoverageMap = {};
    addCounts(map, packCoverage(coverage([1, 2], [2, 3])));
    expect(map).toEqual(coverage([1, 2], [2, 3]));
  });

  test('does not read where the statements are of code that it knows by its hash', () => {
    const map: CoverageMap = {};
    addCounts(map, packCoverage({ 'file.ts': { s: { 0: 2, 1: 3 }, f: {}, b: { 0: [1, 0] }, hash: 'of this code' } }));
    addCounts(map, { 'file.ts': { hash: 'of this code', s: { 0: 1, 1: 0 }, f: {}, b: { 0: [0, 5] }, shape: 'never read' } });
    expect(map['file.ts']).toMatchObject({ s: { 0: 3, 1: 3 }, b: { 0: [1, 5] } });
  });
});

describe('what a docblock has put into the configuration', () => {
  const config = (id: string, testEnvironmentOptions: Record<string, unknown>): Config.ProjectConfig =>
    ({ id, testEnvironmentOptions }) as unknown as Config.ProjectConfig;
  const docblock = { 'jest-environment-options': '{ "controllers": { "api": "./api" } }' };

  test('is taken out again, so that no second compiler is made', () => {
    const changed = config('a', { controllers: { api: './api' }, url: 'http://x' });
    expect(withoutDocblockOptions(changed, docblock).testEnvironmentOptions).toEqual({ url: 'http://x' });
  });

  test('gives way to what a file before had from the configuration itself', () => {
    rememberPlainOptions(config('b', { controllers: { mail: './mail' } }));
    const changed = config('b', { controllers: { api: './api' } });
    expect(withoutDocblockOptions(changed, docblock).testEnvironmentOptions).toEqual({ controllers: { mail: './mail' } });
  });
});

describe('dependencies', () => {
  const byDefault = (): Set<string> => new Set(['own']);

  test('are those of Jest where there is nothing to add', () => {
    expect([...extract(`test('x', () => {});`, 'a.test.ts', byDefault)]).toEqual(['own']);
  });

  test('survive a docblock that is no JSON', () => {
    expect([...extract('/** @jest-environment-options { oops */', 'a.test.ts', byDefault)]).toEqual(['own']);
  });
});

describe('a failure to load', () => {
  test('is the error itself when the module threw it, a SyntaxError of its own included', () => {
    const errors = [new TypeError('own'), parseFailure(), 'text'];
    expect(errors.map((error) => asLoadFailure(error, '/a.js', 'jest'))).toEqual(errors);
  });

  test('is a ModuleLoadError for what TypeScript numbers among the syntax errors, and itself for wrong types', () => {
    const failure = (code: number): Error => Object.assign(new Error('TS'), { diagnosticCodes: [code] });
    expect(asLoadFailure(failure(1109), '/a.ts', 'jest')).toMatchObject({ code: 'ERR_MODULE_LOAD' });
    expect(asLoadFailure(failure(2322), '/a.ts', 'jest')).not.toHaveProperty('code');
  });

  test('of TypeScript that no transform touches is not blamed for what it asks for', () => {
    const elsewhere = Object.assign(new SyntaxError('no'), { stack: '/b.js:1\n{;\n ^\n\nSyntaxError: no' });
    expect(asUntransformed(elsewhere, '/a.ts')).toBe(elsewhere);
    expect(asUntransformed(parseFailure(), '/a.ts')).toBeInstanceOf(SyntaxError);
  });
});

function parseFailure(): unknown {
  try {
    return JSON.parse('{');
  } catch (error) {
    return error;
  }
}
