/**
 * withController over environments of others, in projects that have one.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cp } from 'node:fs/promises';
import * as path from 'node:path';
import { fitProject, REPOSITORY, type FitProject, type FitRun } from './fit-project';
import { JSDOM_ENVIRONMENT, PAGE_CONTROLLER, PAGE_TEST } from './page-sources';

const OWN_ENVIRONMENT = `
import { withController } from 'jest-controller/environment';
import { TestEnvironment } from 'jest-environment-node';

export default class Own extends withController(TestEnvironment) {
  seen = [];
  async setup() {
    await super.setup();
    this.global.seen = this.seen;
  }
  handleTestEvent(event) {
    this.seen.push(event.name);
  }
}
`;

const SUPER_ENVIRONMENT = OWN_ENVIRONMENT.replace(
  'handleTestEvent(event) {',
  'async handleTestEvent(event, state) { await super.handleTestEvent(event, state);',
);

const OWN_FIELD_ENVIRONMENT = OWN_ENVIRONMENT.replace('handleTestEvent(event) {', 'handleTestEvent = (event) => {').replace(
  /}\n}\n$/,
  '};\n}\n',
);

/** A base class with a field, under one with a method. */
const FIELD_ENVIRONMENT = `
const { withController } = require('jest-controller/environment');
const { TestEnvironment } = require('jest-environment-node');

module.exports = withController(
  class extends TestEnvironment {
    handleTestEvent = (event) => (this.global.seen ??= []).push(event.name);
  },
);
`;

const ownTest = (environment: string, title: string) => `/** @jest-environment ${environment} */
const { useController } = require('jest-controller');
const { PageController } = require('./page.controller');
const page = useController(PageController);

test('${title}', async () => {
  expect(seen.filter((name) => name === 'run_start')).toStrictEqual(['run_start']);
  expect((await fetch(page.url)).status).toBe(200);
  expect(controllers.site.port).toBeGreaterThan(0);
});

let inner;
let last;
describe('a block', () => {
  inner = useController(PageController);
  test('has its own', () => expect(inner.state).toBe('running'));
  afterAll(() => void (last = inner.state));
});
test('${title}: blocks end theirs', () => expect([last, inner.state]).toStrictEqual(['running', 'stopped']));
`;

const HANDLERS = {
  own: 'a class of the user’s own keeps its own',
  super: 'a class of the user’s own may call super',
  'own-field': 'a class of the user’s own may have its handler in a field',
  field: 'a base class may have its handler in a field',
};

const DOCBLOCK_TEST = `/**
 * @jest-environment-options { "controllers": { "other": { "module": "./page.controller" } }, "url": "https://page.test/" }
 */
test('a docblock takes the place of the configured controllers', () => {
  expect(controllers.other.url).toMatch(/^http:/);
  expect(controllers.site).toBeUndefined();
  expect(location.href).toBe('https://page.test/');
});
`;

/** In a folder of its own, from which the configuration's path leads nowhere. */
const WORDED_DOCBLOCK_TEST = `/**
 * @jest-environment-options { "url": "https://page.test/controllers" }
 */
test('a docblock without controllers leaves the configured ones, whatever else it says', () => {
  expect([location.pathname, controllers.site.state]).toStrictEqual(['/controllers', 'running']);
});
`;

const ESM_TEST = `
import { useController } from 'jest-controller';
import { PageController } from './page.controller.js';
const page = useController(PageController);

test('an ES module under jsdom', async () => {
  expect(document.title).toBe('');
  expect((await fetch(page.url)).status).toBe(200);
});
`;

/** The controllers that are configured are nothing to it: it is another copy of the package. */
/** By folder: what stands beside a copy of this package there. */
const OTHER_ENVIRONMENTS = {
  older: 'module.exports = class NodeEnvironment {};',
  other: `exports.TestEnvironment = class { constructor() { throw new Error('of another Jest'); } };`,
};

const besideTest = (folder: string) => `/**
 * @jest-environment ./${folder}/dist/jest/environment.js
 * @jest-environment-options { "controllers": {} }
 */
test('runs beside the ${folder} environment', () => undefined);
`;

/** Its tests run in the realm of Jest itself; what it gives as their context is no context of vm's. */
const SAME_REALM_ENVIRONMENT = `
const vm = require('node:vm');
const { withController } = require('jest-controller/environment');
const { TestEnvironment } = require('jest-environment-node');

const HERE = {};
const { runInContext } = vm.Script.prototype;
vm.Script.prototype.runInContext = function (context, options) {
  return context === HERE ? this.runInThisContext(options) : runInContext.call(this, context, options);
};
const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options }) =>
  compileFunction(code, parameters, parsingContext === HERE ? options : { parsingContext, ...options });

module.exports = withController(
  class SameRealm extends TestEnvironment {
    constructor(config, context) {
      super(config, context);
      this.global = globalThis;
    }
    getVmContext() {
      return HERE;
    }
  },
);
`;

let project: FitProject;
let run: FitRun;

beforeAll(async () => {
  project = await fitProject({
    'jest.config.js': `module.exports = {
      testEnvironment: './page.environment.js',
      testEnvironmentOptions: { controllers: { site: './page.controller' } },
      testMatch: ['**/*.test.{js,mjs}'],
      transform: {},
    };`,
    'page.environment.js': JSDOM_ENVIRONMENT,
    'own.environment.mjs': OWN_ENVIRONMENT,
    'page.controller.js': PAGE_CONTROLLER,
    'page.test.js': PAGE_TEST,
    'super.environment.mjs': SUPER_ENVIRONMENT,
    'field.environment.mjs': `export { default } from './field.environment.js';`,
    'field.environment.js': FIELD_ENVIRONMENT,
    ...Object.fromEntries(
      Object.entries(HANDLERS).map(([name, title]) => [`${name}.test.js`, ownTest(`./${name}.environment.mjs`, title)]),
    ),
    'own-field.environment.mjs': OWN_FIELD_ENVIRONMENT,
    'docblock.test.js': DOCBLOCK_TEST,
    'inner/worded.test.js': WORDED_DOCBLOCK_TEST,
    'esm.test.mjs': ESM_TEST,
    'no-class.test.js': `/** @jest-environment ./no-class.environment.js */`,
    'no-class.environment.js': `module.exports = require('jest-controller/environment').withController(require('jest-environment-jsdom').Nothing);`,
  });
  for (const [folder, environment] of Object.entries(OTHER_ENVIRONMENTS)) {
    await project.write({
      [`${folder}/node_modules/jest-environment-node/index.js`]: environment,
      [`beside-${folder}.test.js`]: besideTest(folder),
    });
    await cp(path.join(REPOSITORY, 'dist'), project.at(folder, 'dist'), { recursive: true });
  }
  run = await project.run(['-i', '--verbose'], { node: ['--experimental-vm-modules', '--no-warnings'] });
});

afterAll(() => project.remove());

test.each([
  'a page asks by synchronous XMLHttpRequest',
  'a page asks by fetch',
  'a page talks by WebSocket',
  'remote values and errors are native to the page',
  'configured controllers are there',
  ...Object.values(HANDLERS).flatMap((title) => [title, `${title}: blocks end theirs`]),
  'a docblock takes the place of the configured controllers',
  'a docblock without controllers leaves the configured ones, whatever else it says',
  'an ES module under jsdom',
])('%s', (title) => {
  if (!run.output.includes(`✓ ${title}`)) throw new Error(run.output);
});

test('a test file whose environment takes the place of the preset’s is told so when a module does not load', async () => {
  const hidden = await fitProject({
    'jest.config.js': `module.exports = {
      preset: 'jest-controller',
      testEnvironment: 'node',
      moduleNameMapper: { '^@app/(.*)$': '<rootDir>/app/$1' },
      transform: {},
    };`,
    'app/answer.js': 'module.exports = 42;',
    'echo.controller.js': `require('@app/answer');
      exports.EchoController = class EchoController extends require('jest-controller').Controller { factory() {} };`,
    'echo.test.js': `require('jest-controller').useController(require('./echo.controller').EchoController);
      test('never', () => undefined);`,
  });
  const { output } = await hidden.run(['-i']);
  await hidden.remove();
  expect(output).toMatch(
    /Cannot find module '@app\/answer' from \S+\n\s+while loading \S+echo\.controller\.js\. Correct the path.*\n\s+This test file runs without/,
  );
  expect(output).toContain('withController(YourEnvironment)');
  expect(output).toContain('in the docblock `@jest-environment jest-controller/environment`');
});

test("an environment may run its tests in Jest's own realm", async () => {
  const project = await fitProject({
    'jest.config.js': `module.exports = {
      testEnvironment: './same-realm.environment.js',
      moduleNameMapper: { '^@app/(.*)$': '<rootDir>/app/$1' },
      transform: {},
    };`,
    'same-realm.environment.js': SAME_REALM_ENVIRONMENT,
    'app/days.js': `module.exports = new Map([['first', new Date(0)]]);`,
    'days.js': `exports.days = require('@app/days');
      exports.default = (request, response) => {
        console.log('said by the server');
        response.end();
      };
      Object.defineProperty(exports, '__esModule', { value: true });`,
    'a.test.js': `const site = require('jest-controller').useController(() => import('./days'));
      test('is served', async () => expect((await fetch(site.url)).status).toBe(200));
      test('has native values', async () => expect(await site.remote.days).toStrictEqual(new Map([['first', new Date(0)]])));
      test('fails', async () => expect((await fetch(site.url)).status).toBe(404));`,
    'clock.test.js': `const site = require('jest-controller').useController(() => import('./days'));
      beforeAll(() => void jest.spyOn(Date, 'now').mockReturnValue(8.64e15));
      afterAll(() => jest.restoreAllMocks());
      test('fails by another clock', async () => expect((await fetch(site.url)).status).toBe(404));`,
    'configured.test.js': `/** @jest-environment-options { "controllers": { "site": "./days" } } */
      test('never', () => undefined);`,
  });
  const { output } = await project.run(['-i', '--verbose']);
  await project.remove();
  expect(output).toContain('✓ is served');
  expect(output).toContain('✓ has native values');
  expect(output).toMatch(/● fails\n[^●]*\| said by the server/);
  expect(output).toMatch(/● fails by another clock\n[^●]*\| said by the server/);
  expect(output).toContain('The environment has no context to put `controllers` in.');
});

test('an environment package without such an export is named in the error', () => {
  expect(run.output).toMatch(/FAIL .*no-class\.test\.js\n[^]*?Expected withController\(\) to be given an environment class/);
});

test.each(Object.keys(OTHER_ENVIRONMENTS))(
  'the node environment of the Jest that runs is used, not the %s one beside this package',
  (folder) => {
    expect(run.output).toContain(`✓ runs beside the ${folder} environment`);
  },
);

test('a crash fails its test, which says all of it, under a runner that tells the environment of no tests', async () => {
  const quiet = await fitProject({
    'jest.config.js': `module.exports = { preset: 'jest-controller', testRunner: './quiet.runner.js', transform: {} };`,
    'quiet.runner.js': `const { default: run } = require('jest-circus/runner');
      module.exports = (globalConfig, config, environment, ...rest) => {
        environment.handleTestEvent = undefined;
        return run(globalConfig, config, environment, ...rest);
      };`,
    'fragile.js': `exports.default = (request, response) => response.end();
      Object.defineProperty(exports, '__esModule', { value: true });
      exports.breakDown = () => void setTimeout(() => { throw new TypeError('a handler forgot to look'); }, 1);`,
    'fragile.test.js': `const fragile = require('jest-controller').useController(() => import('./fragile'));
      test('dies', async () => {
        await fragile.remote.breakDown();
        while (fragile.state !== 'crashed') await new Promise(setImmediate);
      });`,
  });
  const { output } = await quiet.run(['-i']);
  await quiet.remove();
  expect(output).toMatch(/● dies\n\s+TypeError: a handler forgot to look/);
  expect(output).not.toContain('nobody listens to its event `crashed`');
});
