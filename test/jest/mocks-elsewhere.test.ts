/**
 * A failing test is told of what is mocked elsewhere than in its file, and of a mock whose original its server has died of, or could not start for.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const outcome = ranBefore({
  'jest.config.js': `module.exports = {
    preset: 'jest-controller', transform: {},
    setupFiles: ['<rootDir>/set-up/mocks.js', 'ready-made'], setupFilesAfterEnv: ['<rootDir>/set-up/spies.js'],
  };`,
  'set-up/mocks.js': `jest.mock('queue', () => ({ add: () => 'mock' })); jest.mock('../src/mailer', () => ({ send: () => 'mock' }));`,
  'set-up/spies.js': `
    const clock = require('../src/clock');
    beforeEach(() => { jest.spyOn(clock, 'now').mockReturnValue('spy'); });
  `,
  'node_modules/ready-made/index.js': `jest.mock('other', () => ({ add: () => 'mock' }));`,
  'node_modules/other/index.js': `exports.add = () => 'real';`,
  'node_modules/queue/index.js': `exports.add = require('./add');`,
  'node_modules/queue/add.js': `module.exports = () => Promise.reject(new Error('there is no broker'));`,
  'src/mailer.js': `exports.send = () => { setImmediate(() => { throw new Error('there is no mail server'); }); };`,
  'src/clock.js': `exports.now = () => 'real';`,
  'src/app.js': `
    const [mailer, clock, queue, other] = [require('./mailer'), require('./clock'), require('queue'), require('other')];
    module.exports = (request, response) => {
      if (request.url === '/mail') mailer.send();
      else if (request.url === '/queue') queue.add();
      else response.end(clock.now() + other.add());
    };`,
  'src/flags.js': `exports.load = () => { throw new Error('there is no url'); };`,
  'src/flagged-app.js': `require('./flags').load();`,
  'src/flagged.controller.js': `
    const { Controller } = require('jest-controller');
    exports.Flagged = class Flagged extends Controller { factory() { return require('./flagged-app'); } };`,
  'tests/starts.test.js': `
    const { useController } = require('jest-controller');
    const { Flagged } = require('../src/flagged.controller');
    jest.mock('../src/flags', () => ({ load: () => {} }));
    describe('as it loads', () => {
      useController(() => import('../src/flagged-app'));
      test('fails', () => {});
      test('fails, too', () => {});
    });
    describe('in factory()', () => {
      useController(Flagged);
      test('fails', () => {});
    });
    describe('for each test', () => {
      useController(Flagged, { scope: 'test' });
      test('fails', () => {});
    });
    describe('by hand', () => {
      test('fails', async () => { await new Flagged().start(); });
      test('fails otherwise', async () => { await new Flagged().start().catch(() => {}); throw new Error('mine'); });
    });
  `,
  'src/never.js': `exports.connect = () => new Promise(() => {});`,
  'src/waiting.controller.js': `
    const { Controller } = require('jest-controller');
    const { connect } = require('./never');
    exports.Waiting = class Waiting extends Controller { async factory() { await connect(); } };`,
  'tests/waits.test.js': `
    const { useController } = require('jest-controller');
    const { Waiting } = require('../src/waiting.controller');
    jest.mock('../src/never', () => ({ connect: async () => {} }));
    useController(Waiting, { readyTimeout: 100 });
    test('fails', () => {});
  `,
  'docblock/begins.test.js': `
    /** @jest-environment-options { "controllers": { "flagged": "../src/flagged-app" } } */
    jest.mock('../src/flags', () => ({ load: () => {} }));
    test('never runs', () => {});
  `,
  'tests/answers.test.js': `
    const { useController } = require('jest-controller');
    jest.mock('../src/mailer', () => ({ send: () => 'mock' }));
    const api = useController(() => import('../src/app'));
    test('fails', async () => { expect(await (await fetch(api.url)).text()).toBe('spy mock'); });
  `,
  'tests/dies.test.js': `
    const { useController } = require('jest-controller');
    const ask = async (url) => expect(await (await fetch(url)).text()).toBe('mock');
    describe('of a package', () => {
      const api = useController(() => import('../src/app'));
      test('fails', () => ask(api.url + '/queue'));
      test('fails later', () => ask(api.url + '/queue'));
    });
    describe('of a file', () => {
      const api = useController(() => import('../src/app'));
      test('fails', () => ask(api.url + '/mail'));
    });
  `,
});

const failure = (file: string, name: string): string => outcome().test(file, name).failures.join('\n');

test('mocks and spies of set-up files are named, as the test file would import their modules', () => {
  expect(failure('answers.test.js', 'fails')).toContain(
    "app's server has loaded the real '../src/mailer', 'queue' and '../src/clock': jest.mock(), jest.mock() in mocks.js and jest.spyOn() in spies.js act on this side only. " +
      "Replace them there with the option `mocks: { '../src/mailer': './your-fake', 'queue': './your-fake', '../src/clock': './your-fake' }`, or spy there,",
  );
});

test('of a server that has died, those in the stack of its error are named, once', () => {
  expect(failure('dies.test.js', 'of a package fails')).toContain('there is no broker');
  expect(failure('dies.test.js', 'of a package fails')).toContain(
    "app's server has loaded the real 'queue': jest.mock() in mocks.js acts on this side only.",
  );
  expect(failure('dies.test.js', 'of a package fails later')).not.toContain('has loaded the real');
  expect(failure('dies.test.js', 'of a file fails')).toContain(
    "app's server has loaded the real '../src/mailer': jest.mock() in mocks.js acts on this side only.",
  );
});

test.each(['as it loads fails', 'as it loads fails, too', 'in factory() fails', 'for each test fails', 'by hand fails'])(
  'of a server that could not start, those in the stack of its error are named, once: %s',
  (name) => {
    const told = failure('starts.test.js', name).split('has loaded the real');
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('there is no url');
    expect(told[1]).toContain(" '../src/flags': jest.mock() acts on this side only.");
  },
);

test('that is said with the error of the start only', () => {
  expect(failure('starts.test.js', 'by hand fails otherwise')).not.toContain('has loaded the real');
});

test('of a server that was not ready in time, those that it may have waited for are named', () => {
  expect(failure('waits.test.js', 'fails')).toContain(
    "Waiting's server may have waited for the real '../src/never', 'queue' and '../src/mailer': jest.mock() and jest.mock() in mocks.js act on this side only.",
  );
});

test('of a configured server that could not start, too', () => {
  expect(outcome().fileFailure('begins.test.js')).toContain(
    "flagged's server has loaded the real '../src/flags': jest.mock() acts on this side only.",
  );
});

describe('in the configuration', () => {
  const configured = ranBefore({
    'jest.config.js': `
      const own = { app: './src/app' };
      const mocking = (mocks) => ({ app: { module: './src/app', mocks } });
      const projects = {
        own,
        nowhere: mocking({ './mailer': './src/fake' }),
        fake: mocking({ './src/mailer': './nowhere' }),
        beside: mocking({ '../src/mailer': '../src/fake' }),
      };
      module.exports = {
        projects: Object.entries(projects).map(([name, controllers]) => ({
          rootDir: __dirname, preset: 'jest-controller', transform: {}, testMatch: ['**/' + name + '.test.js'], testEnvironmentOptions: { controllers },
        })),
      };`,
    'src/mailer.js': `exports.send = () => 'real';`,
    'src/fake.js': `exports.send = () => 'fake';`,
    'node_modules/queue/index.js': `exports.add = () => 'real';`,
    '__mocks__/queue.js': `exports.add = () => 'fake';`,
    'src/app.js': `module.exports = (request, response) => response.end(require('./mailer').send() + require('queue').add());`,
    'tests/own.test.js': `
      jest.mock('../src/mailer', () => ({ send: () => 'mock' }));
      test('fails', async () => { expect(await (await fetch(controllers.app.url)).text()).toBe('mock'); });`,
    'tests/beside.test.js': `
      test('has it', async () => { expect(await (await fetch(controllers.app.url)).text()).toBe('fakereal'); });`,
    'tests/nowhere.test.js': `test('never runs', () => {});`,
    'tests/fake.test.js': `test('never runs', () => {});`,
  });

  test('a hint is written as the option is there', () => {
    expect(configured().test('own.test.js', 'fails').failures.join('\n')).toContain(
      "Replace them there with the option `mocks: { './src/mailer': './your-fake', 'queue': './__mocks__/queue' }`",
    );
  });

  test('a path may also be relative to the test file', () => {
    expect(configured().test('beside.test.js', 'has it').failures).toStrictEqual([]);
  });

  test('a path that leads nowhere is named, with where it was looked for', () => {
    expect(configured().fileFailure('nowhere.test.js')).toContain(
      "The module './mailer' of `controllers.app.mocks` was not found from `rootDir`, ",
    );
    expect(configured().fileFailure('fake.test.js')).toContain(
      "The replacement './nowhere' of `controllers.app.mocks` was not found from `rootDir`, ",
    );
  });
});
