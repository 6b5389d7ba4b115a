/**
 * A failing test is told which of its `jest.mock()`s do not reach the server.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const FILES = {
  'mailer.js': `exports.send = () => 'real';`,
  'fake.js': `exports.send = () => 'fake';`,
  'unused.js': `exports.send = () => 'real';`,
  'node_modules/post/package.json': `{ "name": "post", "main": "main.js" }`,
  'node_modules/post/main.js': `exports.send = () => 'real'; exports.stamp = () => 'real';`,
  // As packages are that have a file for each kind of importer.
  'node_modules/dual/package.json': `{ "name": "dual", "exports": { "module-sync": "./sync.mjs", "import": "./import.mjs", "default": "./main.js" } }`,
  'node_modules/dual/sync.mjs': `export const send = () => 'real';`,
  'node_modules/dual/import.mjs': `export const send = () => 'real';`,
  'node_modules/dual/main.js': `exports.send = () => 'real';`,
  // Packages that ask for it by themselves: by a file for each kind of importer, and while they run.
  'node_modules/asks/package.json': `{ "name": "asks", "exports": { "module-sync": "./sync.mjs", "default": "./main.js" } }`,
  'node_modules/asks/sync.mjs': `export { send } from 'dual';`,
  'node_modules/asks/main.js': `exports.send = require('dual').send;`,
  'node_modules/imports/index.js': `exports.send = async () => (await import('dual')).send();`,
  'asking-app.js': `
    const { send } = require('asks');
    const imports = require('imports');
    module.exports = async (request, response) => response.end([send(), await imports.send()].join(' '));`,
  'asking.test.js': `
    const { useController } = require('jest-controller');
    const ask = async (api) => (await fetch(api.url)).text();
    describe('replaced', () => {
      const api = useController(() => import('./asking-app'), { mocks: { dual: './fake' } });
      test('passes', async () => { expect(await ask(api)).toBe('fake fake'); });
    });
    describe('as it is', () => {
      const api = useController(() => import('./asking-app'));
      test('passes', async () => { expect(await ask(api)).toBe('real real'); });
    });
  `,
  'dual-app.js': `
    const { send } = require('dual');
    module.exports = (request, response) => response.end(send());`,
  'dual.test.js': `
    const { useController } = require('jest-controller');
    const ask = async (api) => (await fetch(api.url)).text();
    describe('replaced', () => {
      const api = useController(() => import('./dual-app'), { mocks: { dual: './fake' } });
      test('passes', async () => { expect(await ask(api)).toBe('fake'); });
    });
    describe('mocked', () => {
      jest.mock('dual', () => ({ send: () => 'mock' }));
      const api = useController(() => import('./dual-app'));
      test('fails', async () => { expect(await ask(api)).toBe('mock'); });
    });
  `,
  'dual-configured.test.js': `
    /** @jest-environment-options { "controllers": { "app": { "module": "./dual-app", "mocks": { "dual": "./fake" } } } } */
    test('passes', async () => { expect(await (await fetch(controllers.app.url)).text()).toBe('fake'); });
  `,
  'app.js': `
    const mailer = require('./mailer');
    const post = require('post');
    const fs = require('fs');
    module.exports = (request, response) => response.end([mailer.send(), post.send(), typeof fs.readFileSync].join(' '));`,
  'mocked.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('./mailer');
    jest.mock('./unused', () => ({ send: () => 'never' }));
    jest.mock('fs');
    jest.mock('./not-there', () => ({}), { virtual: true });
    // jest.mock('./fake');
    jest
      .mock('post', () => ({ send: () => 'mock' }));
    const api = useController(() => import('./app'));
    const answer = async () => (await fetch(api.url)).text();
    test('fails', async () => { expect(await answer()).toBe('mock mock undefined'); });
    test('fails without a word to the server', () => { throw 'a text'; });
    test('passes', async () => { expect(await answer()).toBe('real real function'); });
  `,
  'lambda.js': `
    const { answer } = require('/opt/layer');
    module.exports = (request, response) => response.end(answer());`,
  'virtual.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('/opt/layer', () => ({ answer: () => 'mock' }), { virtual: true });
    const api = useController(() => import('./lambda'));
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('mock'); });
  `,
  'replaced.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('./mailer', () => ({ send: () => 'mock' }));
    const api = useController(() => import('./app'), { mocks: { './mailer': './fake' } });
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('mock'); });
  `,
  'partly-fake.js': `exports.send = () => 'not ' + require('./mailer').send();`,
  'partly-replaced.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('./mailer', () => ({ send: () => 'mock' }));
    jest.mock('post', () => ({ send: () => 'mock' }));
    const api = useController(() => import('./app'), { mocks: { './mailer': './partly-fake' } });
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('mock'); });
  `,
  'spied.test.js': `
    const { useController } = require('jest-controller');
    const mailer = require('./mailer');
    const { send, ...post } = require('post');
    const unused = require('./unused');
    const api = useController(() => import('./app'));
    const answer = async () => (await fetch(api.url)).text();
    beforeEach(() => {
      jest.spyOn(mailer, 'send').mockReturnValue('spy');
      jest.spyOn(unused, 'send');
      jest.spyOn(console, 'log');
      // jest.spyOn(post, 'send');
    });
    test('fails', async () => { expect(await answer()).toBe('spy'); });
  `,
  'limits.js': `exports.limits = { size: 2 };`,
  'limited.js': `const { limits } = require('./limits'); module.exports = (_, response) => response.end(String(limits.size));`,
  'replaced-property.test.js': `
    const { useController } = require('jest-controller');
    const { limits } = require('./limits');
    const api = useController(() => import('./limited'));
    const answer = async () => (await fetch(api.url)).text();
    test('fails', async () => { jest.replaceProperty(limits, 'size', 1); expect(await answer()).toBe('1'); });
    test('fails once it is restored', async () => { jest.restoreAllMocks(); expect(await answer()).toBe('1'); });
    test('fails by a property that is none', () => { jest.replaceProperty(limits, 'sizes', 1); });
  `,
  'spied-elsewhere.test.js': `
    const { useController } = require('jest-controller');
    const mailer = require('./mailer');
    const post = require('post');
    const api = useController(() => import('./app'));
    const fail = () => { throw new Error('for a reason of its own'); };
    test('fails before there are any', fail);
    describe('with some', () => {
      beforeEach(() => { jest.spyOn(mailer, 'send'); });
      afterEach(() => jest.restoreAllMocks());
      test('fails with one', fail);
    });
    test('fails when they are undone', fail);
    test('fails of a spy of its own that it undoes', () => {
      const spy = jest.spyOn(mailer, 'send');
      spy.mockRestore();
      fail();
    });
    test('fails with a spy on another method', () => {
      jest.spyOn(console, 'log');
      fail();
    });
    describe('for a block', () => {
      beforeAll(() => { jest.spyOn(post, 'stamp'); });
      test('fails', fail);
      test('fails again', fail);
    });
    test('fails for what it spies on wrongly', () => { jest.spyOn(mailer, 'sent'); });
  `,
  'both.test.js': `
    import { useController } from 'jest-controller';
    import * as mailer from './mailer';
    jest.mock('post', () => ({ send: () => 'mock' }));
    const api = useController(() => import('./app'));
    test('fails', async () => {
      jest.spyOn(mailer, 'send').mockReturnValue('spy');
      expect(await (await fetch(api.url)).text()).toBe('spy mock');
    });
  `,
  '__mocks__/queue.js': `exports.add = () => 'double';`,
  '__mocks__/@scope/queue.js': `exports.add = () => 'double';`,
  '__mocks__/mailer.js': `exports.send = () => 'double';`,
  // Jest takes them from a folder anywhere below its roots, but not from one that its configuration ignores.
  'test/__mocks__/@scope/store.js': `exports.add = () => 'double';`,
  'built/__mocks__/cache.js': `exports.add = () => 'double';`,
  'node_modules/@scope/store/index.js': `exports.add = () => 'real';`,
  'node_modules/cache/index.js': `exports.add = () => 'real';`,
  'store-app.js': `
    const stores = [require('@scope/store'), require('cache')];
    module.exports = (request, response) => response.end(stores.map(({ add }) => add()).join(' '));`,
  'test/unit/store.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('../../store-app'));
    test('fails', async () => {
      const stores = [require('@scope/store'), require('cache')];
      expect(await (await fetch(api.url)).text()).toBe(stores.map(({ add }) => add()).join(' '));
    });
  `,
  'node_modules/queue/index.js': `exports.add = () => 'real';`,
  'node_modules/@scope/queue/index.js': `exports.add = () => 'real';`,
  'queue-app.js': `
    const mailer = require('./mailer');
    const queues = [require('queue'), require('@scope/queue')];
    module.exports = (request, response) => response.end([mailer.send(), ...queues.map(({ add }) => add())].join(' '));`,
  'queue.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./queue-app'));
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('real ' + require('queue').add()); });
  `,
  // As Babel leaves it, with a plugin for aliases: those in options stay.
  'aliases.js': `exports.process = (code) => ({
    code: code.replace(/((?:mock|import)\\('?)~/g, '$1.').replace(/\\bjest\\.mock/g, '_getJestObj().mock') + 'function _getJestObj() { return jest; }',
  });`,
  'aliased.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('~/mailer', () => ({ send: () => 'mock' }));
    jest.mock('post');
    const api = useController(() => import('~/app'));
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('mock'); });
  `,
  'imports.js': `exports.process = (code) => ({ code: code.replace(/import (?:\\* as )?(.+) from (.+);/g, 'const $1 = require($2);') });`,
  'jest.config.js': `module.exports = {
    preset: 'jest-controller',
    modulePathIgnorePatterns: ['<rootDir>/built/'],
    transform: { 'both.test.js$': '<rootDir>/imports.js', 'aliased.test.js$': '<rootDir>/aliases.js' },
  };`,
  'twice.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('./mailer');
    const api = useController(() => import('./app'));
    useController(() => import('./app'));
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('mock'); });
  `,
  'by-hand.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./app'));
    test('fails', async () => { jest.doMock('./mailer', () => ({})); expect(await (await fetch(api.url)).text()).toBe('mock'); });
  `,
};

const outcome = ranBefore(FILES);

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');
const HINT = /jest\.mock\(/g;

test('a mock of a module that the server has loaded is named, of the project or of a package', () => {
  expect(failure('mocked.test.js', 'fails')).toContain(
    "app's server has loaded the real './mailer' and 'post': jest.mock() acts on this side only. Replace them there with the option " +
      "`mocks: { './mailer': './your-fake', 'post': './your-fake' }`.",
  );
});

test('what the server has not loaded, core modules, virtual ones and comments are no matter', () => {
  expect(failure('mocked.test.js', 'fails')).not.toMatch(/real[^:]*(unused|fs|not-there|fake)/);
});

test('a virtual one that the server has asked for is named with the way to have it there', () => {
  expect(failure('virtual.test.js', 'fails')).toContain(
    "lambda's server has asked for the real '/opt/layer': jest.mock() acts on this side only. " +
      "If it is nowhere, let `moduleNameMapper` lead its name to your double's file.",
  );
});

test('it is said with every failure', () => {
  expect(failure('mocked.test.js', 'fails without a word to the server').match(HINT)).toHaveLength(1);
});

test('and once, where several servers of one name have loaded it', () => {
  expect(failure('twice.test.js', 'fails').match(HINT)).toHaveLength(1);
});

test('a module that the option has replaced is none', () => {
  expect(failure('replaced.test.js', 'fails')).toMatch(/fake real/);
  expect(failure('replaced.test.js', 'fails')).not.toMatch(HINT);
});

test('nor is one whose replacement has loaded the original for itself', () => {
  expect(failure('partly-replaced.test.js', 'fails')).toMatch(/not real real/);
  expect(failure('partly-replaced.test.js', 'fails')).toContain("app's server has loaded the real 'post': jest.mock()");
});

test('a module that is named by an alias of a transform is named by what that makes of it', () => {
  expect(failure('aliased.test.js', 'fails')).toContain(
    "app's server has loaded the real './mailer' and 'post': jest.mock() acts on this side only. Replace them there with the option " +
      "`mocks: { './mailer': './your-fake', 'post': './your-fake' }`.",
  );
});

test('mocks that are made inside a test count, too', () => {
  expect(failure('by-hand.test.js', 'fails')).toContain("app's server has loaded the real './mailer': jest.mock()");
});

test('a module that the test spies on is named likewise', () => {
  expect(failure('spied.test.js', 'fails')).toContain(
    "app's server has loaded the real './mailer': jest.spyOn() acts on this side only. Replace it there with the option `mocks: { './mailer': './your-fake' }`, " +
      'or spy there, by a method that uses `spyOn` of the package jest-mock.',
  );
});

test('spies of other tests are no matter, unless they are still in place', () => {
  const told = (name: string): RegExpMatchArray | null => failure('spied-elsewhere.test.js', name).match(/has loaded the real .*?:/g);
  expect(told('fails before there are any')).toBeNull();
  expect(told('with some fails with one')).toStrictEqual(["has loaded the real './mailer':"]);
  expect(told('fails when they are undone')).toBeNull();
  expect(told('fails of a spy of its own that it undoes')).toStrictEqual(["has loaded the real './mailer':"]);
  expect(told('fails with a spy on another method')).toBeNull();
  expect(told('for a block fails')).toStrictEqual(["has loaded the real 'post':"]);
  expect(told('for a block fails again')).toStrictEqual(["has loaded the real 'post':"]);
});

test('a property that the test replaces is named likewise, until it is restored', () => {
  expect(failure('replaced-property.test.js', 'fails')).toContain(
    "limited's server has loaded the real './limits': jest.replaceProperty() acts on this side only. " +
      "Replace it there with the option `mocks: { './limits': './your-fake' }`, or let a method set it there.",
  );
  expect(failure('replaced-property.test.js', 'fails by a property that is none')).not.toContain('spies.js');
});

test('a spy that cannot be made fails as without this package', () => {
  const failed = failure('spied-elsewhere.test.js', 'fails for what it spies on wrongly');
  expect(failed).toContain('Property `sent` does not exist');
  expect(failed).not.toContain('spies.js');
  expect(failed).toMatch(/^\s+at .*spied-elsewhere\.test\.js:\d+:\d+/m);
});

test('beside one that it mocks, and where it is imported', () => {
  expect(failure('both.test.js', 'fails')).toContain(
    "app's server has loaded the real './mailer' and 'post': jest.mock() and jest.spyOn() act on this side only.",
  );
});

test('tests that pass are told nothing', () => {
  expect(outcome().output.match(/has loaded the real/g)).toHaveLength(17);
});

test('a package that has a file for each kind of importer is replaced for all of them, and named', () => {
  expect(outcome().statuses('dual.test.js')).toEqual({ 'replaced passes': 'passed', 'mocked fails': 'failed' });
  expect(failure('dual.test.js', 'mocked fails')).toContain("dual-app's server has loaded the real 'dual'");
  expect(outcome().statuses('dual-configured.test.js')).toEqual({ passes: 'passed' });
});

test('packages that ask for a replaced one by themselves get the replacement, by require and by import', () => {
  expect(outcome().statuses('asking.test.js')).toEqual({ 'replaced passes': 'passed', 'as it is passes': 'passed' });
});

test('what Jest doubles by itself, as the packages of a __mocks__ folder, is named', () => {
  const told = outcome().test('queue.test.js', 'fails').failures.join('\n');
  expect(told).toContain("queue-app's server has loaded the real '@scope/queue' and 'queue': the folder __mocks__ acts on this side only.");
  expect(told).toContain("`mocks: { '@scope/queue': './__mocks__/@scope/queue', 'queue': './__mocks__/queue' }`");
});

test('a __mocks__ folder is also found below a root, where Jest finds it', () => {
  const told = outcome().test('store.test.js', 'fails').failures.join('\n');
  expect(told).toContain('"double real"');
  expect(told).toContain("store-app's server has loaded the real '@scope/store': the folder __mocks__ acts on this side only.");
  expect(told).toContain("`mocks: { '@scope/store': '../__mocks__/@scope/store' }`");
});
