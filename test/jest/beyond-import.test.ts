/**
 * A thunk never runs, so that one which does more than import would be misread. Its text is what Jest's transforms leave of it.
 */
import { describe, expect, test } from '@jest/globals';
import { transformSync as transformBySwc } from '@swc/core';
import { transformSync as transformByBabel } from '@babel/core';
import { transformSync as transformByEsbuild } from 'esbuild';
import * as ts from 'typescript';
import { UsageError } from '../../src/errors/errors';
import { readSpecifier } from '../../src/jest/test-side/thunk';
import { thrown } from '../controller/made';

const COMPILERS: Readonly<Record<string, (code: string) => string>> = {
  nothing: (code) => code,
  TypeScript: (code) => ts.transpile(code, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true }),
  'TypeScript for ES2016': (code) => ts.transpile(code, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2016 }),
  SWC: (code) => transformBySwc(code, { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }).code,
  Babel: (code) => compiledByBabel(code, []),
  'Babel, counting': (code) => compiledByBabel(code, [['babel-plugin-istanbul', { cwd: '/', exclude: [], excludeNodeModules: false }]]),
  esbuild: (code) => transformByEsbuild(code, { format: 'cjs', platform: 'node' }).code,
};

function compiledByBabel(code: string, plugins: [string, object][]): string {
  const presets = [['@babel/preset-env', { targets: { node: 'current' } }]];
  return transformByBabel(code, { presets, plugins, filename: '/app.test.js', babelrc: false, configFile: false })?.code ?? '';
}

/** The text of the thunk as the compiler leaves it, below what helpers it needs. */
function compiled(compiler: string, thunk: string): string {
  const code = COMPILERS[compiler]?.(`globalThis.thunk = ${thunk};`) ?? '';
  return code.slice(code.lastIndexOf('globalThis.thunk =')).replace(/;\s*$/, '');
}

describe.each(Object.keys(COMPILERS))('as %s leaves it', (compiler) => {
  test.each([
    `() => import('./app')`,
    `async () => import('./app')`,
    `async () => await import('./app')`,
    `() => { return import('./app'); }`,
    `async () => { return await import('./app'); }`,
    `() => import(/* webpackChunkName: "app" */ './app')`,
    `() => require('./app')`,
    `async () => (await import('./app')).default`,
    `() => import('./app').then((m) => m.default)`,
  ])('%s is read', (thunk) => {
    expect(readSpecifier(compiled(compiler, thunk))).toBe('./app');
  });

  test.each([
    `() => import('./app').then((m) => m.Api)`,
    `() => import('./app').then(({ Api }) => Api)`,
    `async () => (await import('./app')).Api`,
    `() => require('./app').Api`,
  ])('%s is told the option', (thunk) => {
    const error = thrown(() => readSpecifier(compiled(compiler, thunk)));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message: expect.stringContaining("Write () => import('./app') with the option { export: 'Api' }.") });
  });

  test.each([
    `() => import('./app').then((m) => m.makeApi({ quiet: true }))`,
    `() => import('./app').then(({ makeApi }) => makeApi())`,
    `async () => (await import('./app')).makeApi()`,
    `() => require('./app').makeApi()`,
    `async () => { const { makeApi } = await import('./app'); return makeApi(); }`,
    `async () => { const app = await import('./app'); app.set('quiet', true); return app; }`,
  ])('%s is told to move', (thunk) => {
    const error = thrown(() => readSpecifier(compiled(compiler, thunk)));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: expect.stringContaining("Let './app', or another module, do that and export what comes of it"),
    });
  });
});
