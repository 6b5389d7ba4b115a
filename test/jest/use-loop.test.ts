/**
 * `useLoop`: a loop outlives the servers that start and stop on it, and ends with its block.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const COUNTER = `
  let starts = 0;
  exports.Counter = class Counter extends require('jest-controller').Controller {
    factory() {
      starts += 1;
      return require('node:http').createServer((request, response) => response.end());
    }
    starts() { return starts; }
    leaveTimer() { setTimeout(() => undefined, 60_000); }
    die() { setImmediate(() => { throw new Error('no more'); }); return new Promise(() => {}); }
  };`;

/** What holds with the environment and without. */
const KEEPS = `
  const { ProcessLoop, ThreadLoop, useController, useLoop } = require('jest-controller');
  const { Counter } = require('./counter');

  describe.each([['thread', undefined], ['process', new ProcessLoop()]])('a kept %s', (_kind, given) => {
    const loop = given === undefined ? useLoop() : useLoop(given);
    const counter = useController(Counter, { loop, scope: 'test' });
    const numbers = new Set();
    test.each([1, 2, 3])('serves start %i', async (start) => {
      expect(await counter.remote.starts()).toBe(start);
      numbers.add(loop.number);
    });
    test('is one, and lives on without a server', async () => {
      expect(numbers.size).toBe(1);
      await counter.stop();
      expect(loop.running).toBe(true);
    });
    afterAll(() => { after[_kind] = loop; });
  });
  const after = {};
  test('ends with its block', () => {
    expect(Object.keys(after)).toStrictEqual(['thread', 'process']);
    expect(Object.values(after).map(({ running }) => running)).toStrictEqual([false, false]);
  });

  describe('a loop of one block', () => {
    const loop = new ThreadLoop();
    describe('inside', () => {
      expect(useLoop(loop)).toBe(loop);
      const counter = useController(Counter, { loop });
      test('runs', () => expect(counter.state).toBe('running'));
    });
    test('starts afresh in the next', async () => {
      expect(loop.running).toBe(false);
      const counter = await new Counter('127.0.0.1', 0, { loop }).start();
      expect(await counter.remote.starts()).toBe(1);
      await counter.stop();
      expect(loop.running).toBe(false);
    });
  });`;

const CRASHES = `
  const { useController, useLoop } = require('jest-controller');
  const { Counter } = require('./counter');
  const loop = useLoop();
  const counter = useController(Counter, { loop, scope: 'test' });
  test('is killed', async () => { await counter.remote.die().catch(() => {}); });
  test('goes on with a fresh one', async () => expect(await counter.remote.starts()).toBe(1));
  test('which is kept', async () => expect(await counter.remote.starts()).toBe(2));`;

const LEAVES = `
  const { useController, useLoop } = require('jest-controller');
  const { Counter } = require('./counter');
  const counter = useController(Counter, { loop: useLoop(), scope: 'test' });
  test('leaves a timer', () => counter.remote.leaveTimer());`;

const outcome = ranBefore({
  'counter.js': COUNTER,
  'with.test.js': KEEPS,
  'without.test.js': `/** @jest-environment node */${KEEPS}`,
  'crashes.test.js': CRASHES,
  'leaves.test.js': LEAVES,
});

test.each(['with.test.js', 'without.test.js'])('%s: keeps modules from start to start, and ends with its block', (file) => {
  const statuses = outcome().statuses(file);
  expect(Object.keys(statuses)).toHaveLength(11);
  expect(new Set(Object.values(statuses))).toStrictEqual(new Set(['passed']));
});

test('a crash fails its own test only, and the next start has a fresh loop', () => {
  expect(outcome().statuses('crashes.test.js')).toStrictEqual({
    'is killed': 'failed',
    'goes on with a fresh one': 'passed',
    'which is kept': 'passed',
  });
  expect(outcome().test('crashes.test.js', 'is killed').failures).toHaveLength(1);
});

test('what a server leaves there is said to live on', () => {
  expect(outcome().output).toMatch(
    /Counter \(made at .*leaves\.test\.js:4:\d+\) had 1 timer still alive .*, which lives on with its kept loop:/,
  );
});
