/**
 * The class's own members are refused on the test side, and nothing else is.
 */
import { test } from '@jest/globals';
import { expectToPass, ranBefore, withHead } from './run-jest';

const outcome = ranBefore(
  withHead({
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
      ['the assignment of what can only be read', () => { counter.port = 5; }, 'Give what it shall be to useController()'],
      ['a method of one of several', () => together.countUp(), '.remote.countUp()'],
      ['the assignment to a controller of a module', () => { app.users = []; }, '.remoteSync.users = …'],
      ['the assignment to a configured controller', () => { controllers.api.users = []; }, '.remoteSync.users = …'],
    ])('%s is refused', (_what, use, remedy) => {
      const error = thrown(use);
      expect(error).toMatchObject({ name: 'UsageError', code: 'ERR_USAGE', message: expect.stringContaining(remedy) });
      expect(error.stack).toContain('own-members.test.js');
    });
    test('nothing was done to the twin', () => { expect([Counter.made, Counter.counted]).toEqual([0, 0]); });
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
  }),
  { args: ['--maxWorkers=2'] },
);

test('each of its tests passes', () => {
  expectToPass(outcome(), 'own-members.test.js');
});
