import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { transformSync } from '@babel/core';
import { expect, jest, test } from '@jest/globals';
import type * as ModuleControllers from '../../src/controller/module-controller';

const FILE = path.resolve(__dirname, '..', '..', 'src', 'controller', 'module-controller.ts');

/** As the project's own transform makes it, where that takes in packages: static fields are moved out of classes for an older Node. */
function lowered(): typeof ModuleControllers {
  const presets = [['@babel/preset-env', { targets: { node: '10' } }], '@babel/preset-typescript'];
  const { code } = transformSync(readFileSync(FILE, 'utf8'), { filename: FILE, configFile: false, presets }) ?? {};
  const exported = {};
  const load = (specifier: string): unknown => jest.requireActual(path.resolve(path.dirname(FILE), specifier));
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is this package's own
  new Function('exports', 'require', '__filename', String(code))(exported, load, FILE);
  return exported as typeof ModuleControllers;
}

test('a controller without a class has its name in messages whatever compiles this package', () => {
  expect(lowered().makeModuleController('/app.js', 'api', {}).constructor.name).toBe('api');
});
