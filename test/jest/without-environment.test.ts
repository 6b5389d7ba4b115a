/**
 * A crash fails tests where no environment hears of them: by hooks.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const HEAD = `
  const { useController, useControllers } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const { Web, Hasty } = require('./web.js');
  const until = async (controller, state) => { while (controller.state !== state) await new Promise(setImmediate); };`;

const outcome = ranBefore({
  'jest.config.js': `module.exports = { testEnvironment: 'node', transform: {} };`,
  'web.js': `
    const { Controller } = require('jest-controller');
    exports.Hasty = class Hasty extends Controller {
      factory() { return require('node:net').createServer(); }
      throwAtOnce() { process.nextTick(() => { throw new RangeError('bang'); }); }
    };
    exports.Web = class Web extends Controller {
      factory() { return (request, response) => { console.error(new RangeError('no page 2')); response.statusCode = 500; response.end(); }; }
    };`,
  'deep/app.js': `module.exports = (request, response) => response.end(require('./mailer').send());`,
  'deep/mailer.js': `exports.send = () => 'sent';`,
  'deep/fakes/mailer.js': `exports.send = () => 'kept';`,
  'deep/mocks.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./app'), { mocks: { './mailer': './fakes/mailer' } });
    test('mocks go by the test file', async () => { expect(await (await fetch(api.url)).text()).toBe('kept'); });`,
  'block.test.js': `${HEAD}
    describe('crashing', () => {
      const echo = useController(Echo);
      test('dies', async () => { await echo.remote.throwSoon(); await until(echo, 'crashed'); });
      test('is down', () => undefined);
      test('is restarted', async () => { await echo.restart(); });
    });
    describe('unseen', () => {
      const hasty = useController(Hasty);
      test('dies behind its last line', () => { hasty.remote.throwAtOnce().catch(() => undefined); });
    });
    describe('waiting', () => {
      const echo = useController(Echo);
      test('waits for ever', async () => { await echo.remote.throwSoon(); await new Promise(() => undefined); }, 300);
    });
    describe('after a restart', () => {
      const echo = useController(Echo);
      test('dies and is restarted', async () => {
        await echo.remote.throwSoon(); await until(echo, 'crashed'); await echo.restart();
      });
      test('lives', () => undefined);
      test('dies again', async () => { await echo.remote.throwSoon(); await until(echo, 'crashed'); });
    });
    describe('listened for', () => {
      const echo = useController(Echo);
      test('dies', async () => {
        const crashed = new Promise((resolve) => echo.once('crashed', resolve));
        await echo.remote.throwSoon();
        await crashed;
      });
    });
    describe('stopped', () => {
      const echo = useController(Echo);
      test('dies and is stopped', async () => { await echo.remote.throwSoon(); await until(echo, 'crashed'); await echo.stop(); });
    });
    describe('fresh', () => {
      const echo = useController(Echo, { scope: 'test' });
      test('dies', async () => { await echo.remote.throwSoon(); await until(echo, 'crashed'); });
      test('lives', () => { expect(echo.state).toBe('running'); });
    });
    describe('between', () => {
      const echo = useController(Echo);
      beforeAll(async () => { await echo.remote.throwSoon(); await until(echo, 'crashed'); });
      test('is the first', () => undefined);
      test('is the second', () => undefined);
    });
    describe('together', () => {
      const { one } = useControllers({ one: Echo, two: Echo });
      test('dies', async () => { await one.remote.throwSoon(); await until(one, 'crashed'); });
    });`,
  'swallowed.test.js': `${HEAD}
    const web = useController(Web, { onServerError: 'fail-test' });
    test('asks for page 2', async () => { await fetch(web.url); });`,
  'swallowed-by-two.test.js': `${HEAD}
    const { one, two } = useControllers({ one: [Web, { onServerError: 'fail-test' }], two: [Web, { onServerError: 'fail-test' }] });
    test('asks both', async () => { await fetch(one.url); await fetch(two.url); });
    test('asks none', () => undefined);`,
  'swallowed-after.test.js': `${HEAD}
    describe('a block', () => {
      test('asks nothing', () => undefined);
      afterAll(async () => { await fetch(web.url); });
    });
    const web = useController(Web, { onServerError: 'fail-test' });`,
});

const WHOSE = 'is down: nothing on its side caught this error\\.';
const BANG = new RegExp(`^RangeError: bang\n\n(?:Echo|Hasty|one) ${WHOSE}\n\\s+at .*(?:echo|web)\\.js`);
const BANG_BEFORE = new RegExp(`^RangeError: bang\n\nEcho ${WHOSE}\n\nEcho was down before this test began\\.\n\\s+at .*echo\\.js`);

function failures(name: string): readonly string[] {
  return outcome().test('block.test.js', name).failures;
}

describe('without the environment', () => {
  test('mocks go by the test file', () => {
    expect(outcome().statuses('mocks.test.js')).toStrictEqual({ 'mocks go by the test file': 'passed' });
  });

  test.each([
    'crashing dies',
    'unseen dies behind its last line',
    'after a restart dies again',
    'stopped dies and is stopped',
    'fresh dies',
    'together dies',
  ])('the test that runs fails with the error that its server died of: %s', (name) => {
    expect(failures(name)).toStrictEqual([expect.stringMatching(BANG)]);
  });

  test('a test that waits in vain has that error below its own', () => {
    expect(failures('waiting waits for ever')).toStrictEqual([expect.stringContaining('timeout of 300 ms'), expect.stringMatching(BANG)]);
  });

  test('later tests fail at once, and say where it died', () => {
    const [first, ...others] = failures('crashing is down');
    expect(first).toContain('ServerCrashedError: Echo is down: it crashed in the test "crashing dies".');
    expect(others).toStrictEqual([]);
  });

  test('a death before a test is told by that one, which it is not laid to', () => {
    expect(failures('between is the first')).toStrictEqual([expect.stringMatching(BANG_BEFORE)]);
    const [second] = failures('between is the second');
    expect(second).toContain('ServerCrashedError: Echo is down: it crashed before this test.');
    expect(second).not.toContain('nothing on its side caught');
  });

  test.each(['after a restart lives', 'after a restart dies and is restarted', 'listened for dies', 'fresh lives'])(
    'it passes: %s',
    (name) => {
      expect(failures(name)).toStrictEqual([]);
    },
  );

  test('it is printed as well only where a restart keeps it from every hook', () => {
    const printed = outcome().output.match(/jest-controller: .* has crashed, and nobody listens .*:\nRangeError: bang\n/g);
    expect(printed).toStrictEqual([expect.stringContaining('Echo (made at')]);
  });

  test('an error that became an answer fails the test where that is asked for', () => {
    const [failure] = outcome().test('swallowed.test.js', 'asks for page 2').failures;
    expect(failure).toContain('Web answered GET / with 500 because of the error below.');
    expect(failure).toContain('RangeError: no page 2');
  });

  test('those of several servers fail the test that has asked them, and not the next one', () => {
    expect(outcome().statuses('swallowed-by-two.test.js')).toStrictEqual({ 'asks both': 'failed', 'asks none': 'passed' });
    const { failures } = outcome().test('swallowed-by-two.test.js', 'asks both');
    expect(failures).toStrictEqual([
      expect.stringMatching(/^one answered GET \/ with 500[^]*^two answered GET \/ with 500[^]*RangeError: no page 2/m),
    ]);
  });

  test('one that no test has seen fails the file', () => {
    expect(outcome().fileFailure('swallowed-after.test.js')).toContain(
      'Web answered GET / with 500 because of the error below. That fails the file,',
    );
  });
});
