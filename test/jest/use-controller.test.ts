/**
 * What useController and the environment do in a Jest of its own: one run of many files, looked at by one test each.
 */
import { expect, test } from '@jest/globals';
import { expectQuiet, expectToPass, ranBefore, withHead } from './run-jest';

const outcome = ranBefore(
  withHead({
    'blocks.test.js': `
    const file = useController(Echo);
    afterAll(async () => { expect(await echoed(file.port)).toBe('hello'); });
    let inner;
    describe('inner', () => {
      inner = useController(Echo);
      beforeAll(async () => { expect(await echoed(inner.port)).toBe('hello'); });
      afterAll(async () => { expect(await echoed(inner.port)).toBe('hello'); });
      test('runs', async () => { expect(await echoed(inner.port)).toBe('hello'); expect(inner.port).not.toBe(file.port); });
    });
    test('inner is over', () => { expect(inner.state).toBe('stopped'); expect(file.state).toBe('running'); });
    describe('given an instance', () => {
      const mine = new Echo();
      test('is the controller', () => { expect(given).toBe(mine); expect(mine.state).toBe('running'); });
      const given = useController(mine);
    });
    const shared = new Echo();
    const ports = [];
    describe.each([1, 2])('given an instance that block %i takes too', () => {
      useController(shared);
      test('is a fresh one', () => { expect(shared.state).toBe('running'); ports.push(shared.port); });
    });
    test('the shared one was stopped after each of its blocks', () => { expect(shared.state).toBe('stopped'); expect(ports[0]).not.toBe(ports[1]); });
    describe('given a thunk', () => {
      const api = useController(() => import('./api.js'), { env: { COLOUR: 'red' } });
      test('serves', async () => { expect(await (await fetch(api.url)).text()).toBe('api red'); });
    });
    describe('given a thunk by a helper in another folder', () => {
      const api = require('./helpers/serve.js').serve(() => import('./api.js'));
      test('serves the module beside the test', async () => { expect(await (await fetch(api.url)).text()).toMatch('api'); });
    });
    describe('given a thunk of a helper', () => {
      const api = require('./helpers/serve.js').own();
      test('serves the module beside the helper', async () => { expect(await (await fetch(api.url)).text()).toBe('helper’s own'); });
    });
    describe('given an export', () => {
      const echo = useController(() => import('./echo.js'), { export: 'Echo', hostname: '127.0.0.1', port: 0 });
      test('serves', async () => { expect(await echoed(echo.port)).toBe('hello'); });
    });`,
    'helpers/serve.js': `
    const { useController } = require('jest-controller');
    exports.serve = (thunk) => useController(thunk);
    exports.own = () => useController(() => import('./mine.js'));`,
    'helpers/api.js': `module.exports = (_request, response) => response.end('not this one');`,
    'helpers/mine.js': `module.exports = (_request, response) => response.end('helper’s own');`,
    'each-test.test.js': `
    const echo = useController(Echo, { scope: 'test' });
    const numbers = new Set();
    afterEach(async () => { expect(await echoed(echo.port)).toBe('hello'); });
    test('one', async () => { numbers.add(await echo.remote.number()); });
    test('two', async () => { numbers.add(await echo.remote.number()); expect(numbers.size).toBe(2); });
    afterAll(() => { expect(echo.state).toBe('stopped'); });`,
    'concurrent-each.test.js': `
    const echo = useController(Echo, { scope: 'test' });
    for (const name of ['one', 'two', 'three']) test.concurrent(name, async () => { await new Promise((resolve) => setTimeout(resolve, 100)); });`,
    'concurrent-shared.test.js': `
    const echo = new Echo();
    describe('side by side', () => { useController(echo, { scope: 'test' }); test.concurrent('one', async () => { await Promise.resolve(); }); });
    describe('in turn', () => { useController(echo, { scope: 'test' }); test('two', async () => { expect(await echoed(echo.port)).toBe('hello'); }); });`,
    'concurrent.test.js': `
    const echo = useController(Echo);
    for (const name of ['one', 'two', 'three']) test(name, async () => { expect(await echoed(echo.port)).toBe('hello'); });
    test.concurrent('four', async () => { await Promise.resolve(); });`,
    'start-fails.test.js': `
    const failing = useController(Failing);
    test('one', () => {});
    describe('inner', () => { test('two', () => {}); });
    afterAll(async () => { await failing.stop(); });`,
    'times-out.test.js': `
    jest.setTimeout(50);
    class Silent extends Echo { static module = __dirname + '/silent.js'; }
    useController(Silent, { readyTimeout: 200 });
    test('one', () => {});`,
    'silent.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.Silent = class Silent extends Controller { factory() { const server = createServer(); server.listen = () => server; return server; } };`,
    'usage.test.js': `
    const codes = [];
    const attempt = () => { try { useController(Echo); } catch (error) { codes.push(error.code); } };
    beforeAll(attempt);
    test('inside a test', () => { attempt(); expect(codes).toEqual(['ERR_USAGE', 'ERR_USAGE']); });
    for (const wrong of [undefined, null, './echo.js', class Plain {}, {}]) {
      let code; try { useController(wrong); } catch (error) { code = error.code; }
      test('refuses ' + String(wrong), () => { expect(code).toBe('ERR_INVALID_OPTION'); });
    }
    for (const options of [{ scope: 'file' }, { prot: 1 }, { port: '1' }, { readyTimeout: -1 }, null]) {
      let error; try { useController(Echo, options); } catch (thrown) { error = thrown; }
      test('refuses ' + JSON.stringify(options), () => {
        expect(error).toBeInstanceOf(TypeError);
        expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option: Object.keys(options ?? { options })[0] });
      });
    }
    let instance; try { useController(new Echo(), { port: 1 }); } catch (error) { instance = error; }
    test('refuses options beside an instance', () => { expect(instance).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'port' }); });
    let nowhere; try { useController(() => import('./nowhere.js')); } catch (error) { nowhere = error; }
    test('refuses a module that is not there', () => { expect(nowhere).toMatchObject({ code: 'ERR_MODULE_LOAD' }); });
    let empty; try { useController(() => 1); } catch (error) { empty = error; }
    test('refuses a thunk without an import', () => { expect(empty).toMatchObject({ code: 'ERR_USAGE' }); });`,
    'retried.test.js': `
    jest.retryTimes(2);
    const echo = useController(Echo);
    let runs = 0;
    test('passes the second time', async () => { await echoed(echo.port); runs += 1; expect(runs).toBe(2); });`,
    'retried-block.test.js': `
    const numbers = new Set();
    describe('block', () => {
      jest.retryTimes(2, { entireDescribe: true });
      const echo = useController(Echo);
      test('sees a server', async () => { numbers.add(await echo.remote.number()); });
      test('passes the second time', () => { expect(numbers.size).toBe(2); });
    });`,
    'crash.test.js': `
    const echo = useController(Echo);
    test('before', () => {});
    test('during', async () => { await echo.remote.say('last words'); await echo.remote.throwSoon(); while (echo.state !== 'crashed') await new Promise(setImmediate); });
    test('after', () => {});
    test('long after', () => {});`,
    'crash-handled.test.js': `
    const echo = useController(Echo);
    test('during', async () => {
      const crashed = new Promise((resolve) => echo.once('crashed', resolve));
      await echo.remote.throwSoon();
      expect(await crashed).toBeInstanceOf(RangeError);
      expect(echo.state).toBe('crashed');
      expect(echo.error).toBeInstanceOf(RangeError);
      await echo.restart();
    });
    test('after', async () => { expect(await echoed(echo.port)).toBe('hello'); });`,
    'docblock.test.js': `/**
    * @jest-environment-options {"controllers": {"api": "./api.js", "echo": {"module": "./echo.js", "export": "Echo", "stopTimeout": 77}}}
    */
    test('are there', async () => {
      expect(await (await fetch(controllers.api.url)).text()).toMatch(/^api/);
      expect(controllers.echo.stopTimeout).toBe(77);
      expect(await echoed(controllers.echo.port)).toBe('hello');
      expect(controllers.echo).toBeInstanceOf(Controller);
    });
    const early = controllers.api.state;
    test('are there before any code of the test', () => { expect(early).toBe('running'); });
    afterAll(async () => { expect(await echoed(controllers.echo.port)).toBe('hello'); });`,
    'docblock-fails.test.js': `/**
    * @jest-environment-options {"controllers": {"fine": "./api.js", "failing": {"module": "./failing.js", "export": "Failing"}}}
    */
    test('never runs', () => {});`,
    'docblock-wrong.test.js': `/**
    * @jest-environment-options {"controllers": {"api": {"module": "./api.js", "prot": 1}}}
    */
    test('never runs', () => {});`,
  }),
  { args: ['--maxWorkers=2'] },
);

test.each([
  ['blocks.test.js', 'a server lives as long as its file or describe block, and longer than its afterAll hooks'],
  ['each-test.test.js', 'a server of each test is a fresh one'],
  ['concurrent.test.js', 'one server serves the concurrent tests of a file'],
  ['usage.test.js', 'wrong calls are refused at once'],
  ['retried.test.js', 'a retried test finds its server running'],
  ['retried-block.test.js', 'a retried block gets a fresh server'],
  ['crash-handled.test.js', 'a test that listens for the crash deals with it'],
  ['docblock.test.js', 'a docblock may name the controllers of its file'],
])('%s: %s', (file) => {
  expectToPass(outcome(), file);
});

test('a start that fails is reported once by every test, and by nothing else', () => {
  for (const name of ['one', 'inner two']) {
    const { status, failures } = outcome().test('start-fails.test.js', name);
    expect(status).toBe('failed');
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('TypeError: no kitchen');
    expect(failures[0]).toContain('failing.js:3');
  }
});

test("the controller's own limit comes before Jest's", () => {
  const { failures } = outcome().test('times-out.test.js', 'one');
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('ReadyTimeoutError');
  expect(failures[0]).not.toContain('Exceeded timeout');
});

test('a fresh server for each of several concurrent tests is refused', () => {
  const failures = ['one', 'two', 'three'].flatMap((name) => outcome().test('concurrent-each.test.js', name).failures);
  expect(failures.join('\n')).toContain('UsageError');
  expect(failures.join('\n')).toContain('test.concurrent');
  // The line of the test: the message has none of its own.
  expect(failures[0]).toMatch(/^\s+at .*concurrent-each\.test\.js:\d+:\d+/m);
});

test('it is refused for an instance, too, that gives one to each test of another block', () => {
  expect(outcome().statuses('concurrent-shared.test.js')).toStrictEqual({ 'side by side one': 'failed', 'in turn two': 'passed' });
  expect(outcome().test('concurrent-shared.test.js', 'side by side one').failures.join('\n')).toContain('UsageError');
});

test('a crash fails the running test with the error itself and its output; later tests say where it died', () => {
  const file = 'crash.test.js';
  expect(outcome().statuses(file)).toEqual({ before: 'passed', during: 'failed', after: 'failed', 'long after': 'failed' });
  const { failures } = outcome().test(file, 'during');
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('RangeError: bang');
  expect(failures[0]).toContain('echo.js:6');
  expect(failures[0]).toContain('last words');
  for (const name of ['after', 'long after']) {
    const later = outcome().test(file, name).failures;
    expect(later).toHaveLength(1);
    expect(later[0]).toContain('ServerCrashedError');
    expect(later[0]).toContain('in the test "during"');
  }
});

test('a configured controller that fails is the failure of its file', () => {
  expect(outcome().fileFailure('docblock-fails.test.js')).toContain('no kitchen');
  expect(outcome().fileFailure('docblock-wrong.test.js')).toMatch(/prot/);
});

test('Jest ends by itself, with nothing left open', () => {
  expectQuiet(outcome());
});
