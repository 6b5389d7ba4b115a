/**
 * Of a syntax error in an ES module Node tells the message only, and of an import that leads nowhere the file; the failure says the line
 * all the same.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jestProject, type JestProject, type JestRun } from './jest-project';

const FILES = {
  'package.json': '{ "name": "project", "type": "module" }',
  'jest.config.js': `export default { preset: 'jest-controller', transform: {} };`,
  'app.test.js': `
    import { describe, test } from '@jest/globals';
    import { useController } from 'jest-controller';
    describe('its own', () => { useController(() => import('./wrong.js')); test('one', () => {}); });
    describe('one that ends too early', () => { useController(() => import('./cut-off.js')); test('one', () => {}); });
    describe('an imported one', () => { useController(() => import('./importing.js')); test('one', () => {}); });
    describe('a missing file', () => { useController(() => import('./lost-file.js')); test('one', () => {}); });
    describe('a missing package', () => { useController(() => import('./lost-package.js')); test('one', () => {}); });
    describe('a package by a computed name', () => { useController(() => import('./computed.js')); test('one', () => {}); });`,
  'wrong.js': `export default () => undefined;\nexport const first = ;`,
  'cut-off.js': `export default {\n`,
  'importing.js': `import { right } from './right.js';\nimport './inner/wrong.js';\nexport default right;`,
  'right.js': `export const right = () => undefined;`,
  'lost-file.js': `import './right.js';\nexport { default } from "./inner/importing.js";`,
  'inner/importing.js': `export default {\n  name: '../nowhere.js' };\nimport {\n  first,\n  second,\n} from '../nowhere.js';`,
  'lost-package.js': `import { right } from './right.js';\nexport default await import('@lost/package/part');`,
  'computed.js': `export default await import(['lost', 'there'].join('-'));`,
  'inner/wrong.js': `import '../right.js';\n\nexport const second = };`,
};

let project: JestProject;
let run: JestRun;

beforeAll(async () => {
  project = await jestProject(FILES);
  run = await project.run([], { node: ['--experimental-vm-modules'] });
});

afterAll(() => project.remove());

test('in the module itself', () => {
  expect(run.output).toMatch(/ModuleLoadError: Syntax error: Unexpected token ';'\s+\S+wrong\.js:2\n\s*export const first = ;/);
  expect(run.output).toMatch(/\n\s+at wrong\.js:2:22/);
});

test('at the end of the module', () => {
  expect(run.output).toMatch(/ModuleLoadError: Syntax error: Unexpected end of input\s+\S+cut-off\.js:2\n/);
  expect(run.output).toMatch(/\n\s+at cut-off\.js:2:1/);
});

test('in a module that it imports', () => {
  expect(run.output).toMatch(/ModuleLoadError: Syntax error: Unexpected token '\}'\s+\S+wrong\.js:3\n\s*export const second = \};/);
  expect(run.output).toMatch(/\n\s+at inner\/wrong\.js:3:23/);
});

test('of an import that leads to no file', () => {
  expect(run.output).toMatch(/ModuleLoadError: Cannot find module '\S+nowhere\.js' imported from \S+inner[/\\]importing\.js/);
  expect(run.output).toMatch(/\n\s+at inner\/importing\.js:6:8/);
});

test('of an import of a package that is not there', () => {
  expect(run.output).toMatch(/ModuleLoadError: Cannot find package '@lost\/package' imported from \S+lost-package\.js/);
  // Newer Nodes say themselves where it is.
  expect(run.output).toMatch(/\n\s+at lost-package\.js:2:(?:16|29)\n/);
});

test('of one whose name is computed, the file only, unless Node says more', () => {
  expect(run.output).toMatch(/ModuleLoadError: Cannot find package 'lost-there' imported from \S+computed\.js/);
  expect(run.output).not.toMatch(/\n\s+at computed\.js(?!:1:47\n)/);
});
