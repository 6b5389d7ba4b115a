/**
 * Of a syntax error in an ES module Node tells the message only; the failure says the file and line all the same.
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
    describe('an imported one', () => { useController(() => import('./importing.js')); test('one', () => {}); });`,
  'wrong.js': `export default () => undefined;\nexport const first = ;`,
  'cut-off.js': `export default {\n`,
  'importing.js': `import { right } from './right.js';\nimport './inner/wrong.js';\nexport default right;`,
  'right.js': `export const right = () => undefined;`,
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
