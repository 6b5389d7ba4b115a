/**
 * What useController and the environment do in a Jest of its own: one run of many files, looked at by one test each.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JestProject } from '../loading/jest-project';
import { project, runJest, type JestOutcome } from './run-jest';

const HEAD = `
  const { connect } = require('node:net');
  const { useController, useControllers, Controller } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const { Failing } = require('./failing.js');
  const { echoed } = require('./client.js');`;

const FILES = {
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
  'forgotten.test.js': `
    test('starts and forgets', async () => {
      await new Echo().start();
    });`,
  'forgotten-often.test.js': `
    test.each([1, 2, 3])('starts and forgets %i', async () => { await new Echo().start(); });`,
  'forgotten-by-helper.test.js': `
    const { start } = require('./helpers/start.js');
    test.each([1, 2])('has a helper start and forget %i', start);`,
  'helpers/start.js': `
    const { Echo } = require('../echo.js');
    exports.start = async () => void (await new Echo().start());`,
  'unawaited.test.js': `
    let echo;
    test('starts', async () => { echo = await new Echo().start(); });
    afterAll(() => { void echo.stop(); });`,
  'untidy.test.js': `
    test.each([1, 2, 3])('leaves a timer %i', async () => {
      const echo = await new Echo().start();
      await echo.remote.leaveTimer();
      await echo.stop();
    });`,
  'untidy-blocks.test.js': `
    const leave = (name, echo) => test(name, () => echo.remote.leaveTimer());
    describe('one', () => leave('leaves', useController(Echo)));
    describe('two', () => leave('leaves', useController(Echo)));
    describe('three', () => leave('leaves', useController(Echo)));
    describe('four', () => leave('leaves', useController(Echo)));
    describe('five', () => leave('leaves', useController(Echo)));`,
  'forbidden.test.js': `
    test('starts and forgets', async () => { await new Echo(undefined, undefined, { leaks: 'fail' }).start(); });`,
  'allowed.test.js': `
    test('starts and forgets', async () => { await new Echo(undefined, undefined, { leaks: 'ignore' }).start(); });`,
  'leaves-in-block.test.js': `
    describe('a block', () => {
      const echo = useController(Echo, { leaks: 'fail' });
      test('leaves a timer', () => echo.remote.leaveTimer());
    });
    test('comes after', () => {});`,
  'leaves-in-test.test.js': `
    const echo = useController(Echo, { leaks: 'fail', scope: 'test' });
    test('leaves a timer', () => echo.remote.leaveTimer());
    test('leaves none', () => {});`,
  'leaves-in-file.test.js': `/**
    * @jest-environment-options {"controllers": {"echo": {"module": "./echo.js", "export": "Echo", "leaks": "fail"}}}
    */
    test('leaves a timer', () => controllers.echo.remote.leaveTimer());`,
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
  'twenty.test.js': `
    const fine = Object.fromEntries(Array.from({ length: 20 }, (_, index) => ['echo' + index, Echo]));
    const made = [];
    describe('together', () => {
      const all = useControllers(fine);
      test('run', () => { expect(new Set(Object.values(all).map(({ port }) => port)).size).toBe(20); });
    });
    describe('with a failure', () => {
      const all = useControllers({ ...fine, failing: Failing });
      made.push(...Object.values(all));
      test('fails', () => {});
    });
    test('the others were rolled back', () => { expect(new Set(made.map(({ state }) => state))).toEqual(new Set(['stopped'])); });`,
  'leaky.js': `
    const { Echo } = require('./echo.js');
    exports.Leaky = class Leaky extends Echo { factory() { this.leaveTimer(); return super.factory(); } };`,
  'leaky-rollback.test.js': `
    const { Leaky } = require('./leaky.js');
    useControllers({ leaky: [Leaky, { leaks: 'fail' }], failing: Failing });
    test('fails', () => {});`,
  'docblock-leaky.test.js': `/**
    * @jest-environment-options {"controllers": {"leaky": {"module": "./leaky.js", "export": "Leaky", "leaks": "fail"}, "failing": {"module": "./failing.js", "export": "Failing"}}}
    */
    test('never runs', () => {});`,
  'several-per-test.test.js': `
    const seen = [];
    describe('fresh ones', () => {
      const all = useControllers({ api: [() => import('./reads-environment'), { env: ({ echo }) => ({ ECHO_URL: echo.url }) }], echo: Echo }, { scope: 'test' });
      test.each([1, 2])('for test %i', async () => {
        expect(await (await fetch(all.api.url)).text()).toBe(all.echo.url + ',true,');
        seen.push(await all.echo.remote.number());
      });
      afterEach(() => { expect(all.echo.state).toBe('running'); });
    });
    test('are over, and were others each time', () => { expect(new Set(seen).size).toBe(2); });
    const made = [];
    describe('with a failure', () => {
      const all = useControllers({ echo: Echo, failing: Failing }, { scope: 'test' });
      made.push(...Object.values(all));
      test('fails', () => {});
    });
    test('the others were rolled back', () => { expect(made.map(({ state }) => state)).toEqual(['stopped', 'stopped']); });
    describe('by their names', () => {
      const { one } = useControllers({ one: () => import('./api.js') });
      test('in messages', async () => { await one.waitForLog(/never/, { timeout: 1 }); });
    });`,
  'reads-environment.js': `
    const echoUrl = process.env.ECHO_URL;
    module.exports = (_request, response) => response.end([echoUrl, process.env.HOME === undefined, process.env.NONE].join());`,
  'late-environment.test.js': `
    const { api, fixed, echo } = useControllers({
      api: [() => import('./reads-environment'), { env: ({ echo }) => ({ ECHO_URL: echo.url, NONE: undefined }) }],
      fixed: [() => import('./reads-environment'), { env: { ECHO_URL: 'fixed' } }],
      echo: Echo,
    });
    const text = async ({ url }) => (await fetch(url)).text();
    test('is made of the others', async () => { expect(await text(api)).toBe(echo.url + ',true,'); });
    test('is a value as ever', async () => { expect(await text(fixed)).toBe('fixed,true,'); });
    describe('of a wrong form', () => {
      useControllers({ echo: Echo, api: [() => import('./reads-environment'), { env: ({ echo }) => ({ PORT: echo.port }) }] });
      test('fails', () => {});
    });`,
  'own-members.test.js': `/**
    * @jest-environment-options {"controllers": {"api": "./api.js"}}
    */
    const { format, inspect } = require('node:util');
    const { once } = require('node:events');
    const { Counter } = require('./counter.js');
    const counter = useController(Counter);
    const { together } = useControllers({ together: Counter });
    const app = useController(() => import('./api.js'));
    const thrown = (run) => { try { run(); return undefined; } catch (error) { return error; } };
    test.each([
      ['a method', () => counter.countUp(), '.remote.countUp()'],
      ['an inherited method', () => counter.inherited(), '.remote.inherited()'],
      ['a field', () => counter.count, 'await ….remote.count'],
      ['a getter', () => counter.doubled, 'await ….remote.doubled'],
      ['the factory', () => counter.factory(), '\`server\`'],
      ['the hook of stop', () => counter.close(), 'stop()'],
      ['the assignment of a field', () => { counter.count = 5; }, '.remoteSync.count = …'],
      ['the assignment of a field that nobody has', () => { counter.cuont = 5; }, '.remoteSync.cuont = …'],
      ['Object.assign', () => Object.assign(counter, { cuont: 5 }), '.remoteSync.cuont = …'],
      ['a method of one of several', () => together.countUp(), '.remote.countUp()'],
      ['the assignment to a controller of a module', () => { app.users = []; }, '.remoteSync.users = …'],
      ['the assignment to a configured controller', () => { controllers.api.users = []; }, '.remoteSync.users = …'],
    ])('%s is refused', (_what, use, remedy) => {
      const error = thrown(use);
      expect(error).toMatchObject({ name: 'UsageError', code: 'ERR_USAGE', message: expect.stringContaining(remedy) });
      expect(error.stack).toContain('own-members.test.js');
    });
    test('nothing was done to the twin', () => { expect([Counter.made, Counter.counted]).toEqual([0, 0]); });
    test('what can only be read is not assigned', () => { expect(() => { counter.port = 5; }).toThrow(TypeError); });
    test('the server side is reached', async () => {
      expect(await counter.remote.countUp()).toBe(1);
      expect(await counter.remote.count).toBe(1);
      counter.remoteSync.count = 7;
      expect(await counter.remote.doubled).toBe(14);
    });
    test('the code of the class itself reaches its own members', async () => {
      const heard = once(counter, 'counted');
      await counter.remote.countUp();
      await heard;
      expect(Counter.heard).toBe(8);
      expect(counter.url).toMatch(/^own:tcp:/);
    });
    test('printing, comparing, awaiting and serialising throw nothing', async () => {
      expect(format('%o %j %s', counter, counter, counter) + inspect(counter, { depth: 9, showHidden: true })).toContain('Counter');
      expect(JSON.parse(JSON.stringify(counter))).not.toHaveProperty('count');
      expect(require('pretty-format').format(counter)).toContain('Counter');
      expect(() => expect(counter).toEqual({ count: 0 })).toThrow('deep equality');
      expect(() => expect(counter).toMatchObject({ count: 0 })).toThrow('toMatchObject');
      expect(() => expect(counter).toBe(together)).toThrow('Object.is equality');
      expect(counter).toEqual(counter);
      expect({ ...counter }).not.toHaveProperty('count');
      for (const key in counter) counter[key];
      for (const name of ['then', 'toJSON', 'asymmetricMatch', '$$typeof', 'nodeType', Symbol.iterator, Symbol.toStringTag]) expect(counter[name]).toBeUndefined();
      expect(await counter).toBe(counter);
      expect([...['countUp', 'count', 'doubled', 'stop'].filter((name) => name in counter)]).toEqual(['stop']);
    });
    test('it is a controller, and gives itself', async () => {
      expect(counter).toBeInstanceOf(Counter);
      expect(counter).toBeInstanceOf(Controller);
      expect(counter.stop).toBe(counter.stop);
      expect(counter.on('mail', () => {})).toBe(counter);
      expect(await counter.start()).toBe(counter);
      expect(counter.startSync()).toBe(counter);
      expect(await counter.restart()).toBe(counter);
    });
    test('can be spied on', async () => {
      const spies = [jest.spyOn(counter, 'start'), jest.spyOn(counter, 'url', 'get')];
      await counter.start();
      expect(counter.start).toHaveBeenCalledTimes(1);
      expect(counter.url).toMatch(/^own:/);
      expect(spies[1]).toHaveBeenCalledTimes(1);
      for (const spy of spies) spy.mockRestore();
      expect(await counter.start()).toBe(counter);
    });
    test('without useController the class is as it is', () => {
      const own = new Counter();
      expect(own.countUp()).toBe(1);
      own.count = 3;
      expect(own.doubled).toBe(6);
    });`,
  'counter.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    class Base extends Controller { inherited() { Base.counted += 1; } }
    Base.made = Base.counted = 0;
    exports.Counter = class Counter extends Base {
      count = 0;
      constructor(...given) {
        super(...given);
        this.on('counted', (count) => { this.remember(count); });
      }
      factory() { Base.made += 1; return createServer(); }
      close() { Base.made += 1; }
      countUp() { Base.counted += 1; this.count += 1; this.emit('counted', this.count); return this.count; }
      remember(count) { this.count = count; Base.heard = this.count; }
      get doubled() { return this.count * 2; }
      get url() { return this.prefix() + super.url; }
      prefix() { return 'own:'; }
    };`,
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
};

let files: JestProject;
let outcome: JestOutcome;

beforeAll(async () => {
  const withHead = Object.entries(FILES).map(([name, text]) => {
    if (!name.endsWith('.test.js')) return [name, text];
    // A docblock stays first.
    return [name, text.startsWith('/**') ? text.replace('*/', `*/${HEAD}`) : `${HEAD}\n${text}`];
  });
  files = await project(Object.fromEntries(withHead) as Record<string, string>);
  outcome = await runJest(files, { args: ['--maxWorkers=2'] });
});

afterAll(async () => {
  await files.remove();
});

function allPass(file: string): void {
  expect(outcome.fileFailure(file)).toBe('');
  expect(new Set(Object.values(outcome.statuses(file)))).toEqual(new Set(['passed']));
}

test.each([
  ['blocks.test.js', 'a server lives as long as its file or describe block, and longer than its afterAll hooks'],
  ['each-test.test.js', 'a server of each test is a fresh one'],
  ['concurrent.test.js', 'one server serves the concurrent tests of a file'],
  ['usage.test.js', 'wrong calls are refused at once'],
  ['own-members.test.js', "the class's own members are refused on the test side, and nothing else is"],
  ['retried.test.js', 'a retried test finds its server running'],
  ['retried-block.test.js', 'a retried block gets a fresh server'],
  ['crash-handled.test.js', 'a test that listens for the crash deals with it'],
  ['docblock.test.js', 'a docblock may name the controllers of its file'],
  ['allowed.test.js', 'a controller may be left running where that is said'],
])('%s: %s', (file) => {
  allPass(file);
});

test('a start that fails is reported once by every test, and by nothing else', () => {
  for (const name of ['one', 'inner two']) {
    const { status, failures } = outcome.test('start-fails.test.js', name);
    expect(status).toBe('failed');
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('TypeError: no kitchen');
    expect(failures[0]).toContain('failing.js:3');
  }
});

test("the controller's own limit comes before Jest's", () => {
  const { failures } = outcome.test('times-out.test.js', 'one');
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('ReadyTimeoutError');
  expect(failures[0]).not.toContain('Exceeded timeout');
});

test('a fresh server for each of several concurrent tests is refused', () => {
  const failures = ['one', 'two', 'three'].flatMap((name) => outcome.test('concurrent-each.test.js', name).failures);
  expect(failures.join('\n')).toContain('UsageError');
  expect(failures.join('\n')).toContain('test.concurrent');
  // The line of the test: the message has none of its own.
  expect(failures[0]).toMatch(/^\s+at .*concurrent-each\.test\.js:\d+:\d+/m);
});

test('the environment of one may be made of the others that have started', () => {
  const file = 'late-environment.test.js';
  expect(outcome.statuses(file)).toEqual({
    'is made of the others': 'passed',
    'is a value as ever': 'passed',
    'of a wrong form fails': 'failed',
  });
  expect(outcome.test(file, 'of a wrong form fails').failures[0]).toMatch(
    /InvalidOptionError: Expected `env` to be an object of strings, got/,
  );
});

test('a crash fails the running test with the error itself and its output; later tests say where it died', () => {
  const file = 'crash.test.js';
  expect(outcome.statuses(file)).toEqual({ before: 'passed', during: 'failed', after: 'failed', 'long after': 'failed' });
  const { failures } = outcome.test(file, 'during');
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('RangeError: bang');
  expect(failures[0]).toContain('echo.js:6');
  expect(failures[0]).toContain('last words');
  for (const name of ['after', 'long after']) {
    const later = outcome.test(file, name).failures;
    expect(later).toHaveLength(1);
    expect(later[0]).toContain('ServerCrashedError');
    expect(later[0]).toContain('in the test "during"');
  }
});

test('a controller that was forgotten is stopped, and named with the line that made it', () => {
  allPass('forgotten.test.js');
  expect(outcome.output).toMatch(/Echo \(made at \S*forgotten\.test\.js:9:13\) was still running/);
  expect(outcome.output).not.toContain('allowed.test.js:');
});

test('a controller whose stop nobody awaits is stopped, and is no leak', () => {
  allPass('unawaited.test.js');
  expect(outcome.output).not.toContain('unawaited.test.js:');
});

test('controllers that were forgotten at one line are named once, with their number', () => {
  allPass('forgotten-often.test.js');
  const said = outcome.output.match(/^.*Echo \(made at \S*forgotten-often\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(/^jest-controller \(3 times the same\): Echo \(made at \S+:\d+:\d+\) was still running/),
  ]);
});

test('a controller that a helper has made and forgotten is named with the test file, too', () => {
  allPass('forgotten-by-helper.test.js');
  expect(outcome.output).toMatch(
    /^jest-controller \(2 times the same\), in \S*forgotten-by-helper\.test\.js: Echo \(made at \S*start\.js:3:\d+\) was still running/m,
  );
});

test('what is left alive at one line is told once, with its number', () => {
  allPass('untidy.test.js');
  const said = outcome.output.match(/^.*made at \S*untidy\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(/^jest-controller \(3 times the same\): The server of Echo \(made at .*\) had 1 timer still alive/),
  ]);
});

test('what is left alive alike at several lines is told once, with the first of these', () => {
  allPass('untidy-blocks.test.js');
  const said = outcome.output.match(/^.*made at \S*untidy-blocks\.test\.js.*$/gm);
  expect(said).toStrictEqual([
    expect.stringMatching(
      /^jest-controller \(5 times the same\): The server of Echo \(made at \S+:\d+:\d+, \d+:\d+, \d+:\d+ and 2 more\) had 1 /,
    ),
  ]);
});

test("a controller that was forgotten fails its file under leaks: 'fail'", () => {
  expect(outcome.fileFailure('forbidden.test.js')).toMatch(/Echo \(made at \S*forbidden\.test\.js/);
});

test("what a server leaves alive fails whatever it was started for, under leaks: 'fail': its test, its block's file, its file", () => {
  const leaves = (file: string): RegExp => new RegExp(`LeakError: The server of \\S+ \\(made at .*${file}.* had 1 timer still alive`);
  expect(outcome.statuses('leaves-in-test.test.js')).toEqual({ 'leaves a timer': 'failed', 'leaves none': 'passed' });
  const { failures } = outcome.test('leaves-in-test.test.js', 'leaves a timer');
  expect(failures).toEqual([expect.stringMatching(leaves('leaves-in-test'))]);
  expect(outcome.fileFailure('leaves-in-block.test.js')).toMatch(leaves('leaves-in-block'));
  expect(outcome.fileFailure('leaves-in-file.test.js')).toMatch(/LeakError: The server of echo .*had 1 timer still alive/);
});

test('twenty controllers start together, and are rolled back together', () => {
  const file = 'twenty.test.js';
  expect(outcome.statuses(file)).toEqual({
    'together run': 'passed',
    'with a failure fails': 'failed',
    'the others were rolled back': 'passed',
  });
  expect(outcome.test(file, 'with a failure fails').failures[0]).toContain('no kitchen');
});

test('what the others leave behind does not hide why one of them has not started', () => {
  const { failures } = outcome.test('leaky-rollback.test.js', 'fails');
  expect(failures[0]).toContain('no kitchen');
  expect(outcome.fileFailure('docblock-leaky.test.js')).toContain('no kitchen');
});

test('several may be fresh ones for each test, in the same order and rolled back together', () => {
  const file = 'several-per-test.test.js';
  expect(outcome.statuses(file)).toEqual({
    'fresh ones for test 1': 'passed',
    'fresh ones for test 2': 'passed',
    'are over, and were others each time': 'passed',
    'with a failure fails': 'failed',
    'the others were rolled back': 'passed',
    'by their names in messages': 'failed',
  });
  expect(outcome.test(file, 'with a failure fails').failures[0]).toContain('no kitchen');
  expect(outcome.test(file, 'by their names in messages').failures[0]).toMatch(/^RemoteError: one printed/);
});

test('a configured controller that fails is the failure of its file', () => {
  expect(outcome.fileFailure('docblock-fails.test.js')).toContain('no kitchen');
  expect(outcome.fileFailure('docblock-wrong.test.js')).toMatch(/prot/);
});

test('Jest ends by itself, with nothing left open', () => {
  expect(outcome.output).not.toContain('did not exit');
  expect(outcome.output).not.toContain('failed to exit gracefully');
  expect(outcome.output).not.toContain('MaxListeners');
});
