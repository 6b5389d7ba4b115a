/**
 * A spare thread is as clean as a fresh one: whatever a server can see of its surroundings is the same on both.
 */
import { afterEach, expect, test } from '@jest/globals';
import type { JestProject } from '../loading/jest-project';
import { project, runJest } from './run-jest';

let made: JestProject | undefined;

afterEach(async () => {
  await made?.remove();
  made = undefined;
});

const CONTROLLER = `
  const { createServer } = require('node:net');
  const { AsyncLocalStorage, executionAsyncId } = require('node:async_hooks');
  const { Controller } = require('jest-controller');
  const atLoad = look();
  function look() {
    return {
      globals: Reflect.ownKeys(globalThis).map(String).sort(),
      modules: Object.keys(require.cache).sort(),
      env: Object.entries(process.env).sort(),
      resources: process.getActiveResourcesInfo().sort(),
      listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort(),
      cwd: process.cwd(),
      argv: process.argv,
      execArgv: process.execArgv,
      exitCode: process.exitCode,
      store: new AsyncLocalStorage().getStore(),
      extensions: Object.keys(require.extensions),
      stackTraceLimit: Error.stackTraceLimit,
    };
  }
  exports.Surroundings = class Surroundings extends Controller {
    factory() { return createServer(); }
    // The input, which has a listener, is made at the first look at it; the host looks some milliseconds after a start, which have passed for one or the other.
    report() { process.stdin; return { atLoad, now: look() }; }
    dirty() { globalThis.dirt = true; process.env.DIRT = '1'; require('node:dns'); require('express'); setInterval(() => {}, 1e6).unref(); }
    tell() { this.emit('told'); }
  };`;

const TEST = `
  const { AsyncLocalStorage } = require('node:async_hooks');
  const { ThreadLoop } = require('jest-controller');
  const { Surroundings } = require('./surroundings');

  // With limits of its own a thread is never a spare.
  const fresh = () => new Surroundings('127.0.0.1', 0, { loop: new ThreadLoop({ resourceLimits: {} }) });
  const spare = () => new Surroundings('127.0.0.1', 0, { loop: new ThreadLoop() });
  const store = new AsyncLocalStorage();

  test('a spare shows a server what a fresh thread does', async () => {
    const first = await fresh().start();
    await first.remote.dirty();
    process.env.SET_LATER = 'by the test';
    const onFresh = await fresh().start();
    const onSpare = await spare().start();
    // It was there before the other one was made.
    expect(onSpare.loop.threadId).toBeLessThan(onFresh.loop.threadId);
    const [theirs, ours] = [await onFresh.remote.report(), await onSpare.remote.report()];
    expect(ours).toStrictEqual(theirs);
    expect(ours.atLoad.env).toContainEqual(['SET_LATER', 'by the test']);
    await Promise.all([first.stop(), onFresh.stop(), onSpare.stop()]);
  });

  test('so does one that has prepared with what others found', async () => {
    const first = await fresh().start();
    await first.remote.dirty();
    // Spares that were made before are used up; those that come know of Express.
    for (let round = 0; round < 5; round += 1) await (await spare().start()).stop();
    const onSpare = await spare().start();
    const onFresh = await fresh().start();
    expect(await onSpare.remote.report()).toStrictEqual(await onFresh.remote.report());
    expect((await onSpare.remote.report()).now.modules.join()).not.toContain('express');
    await Promise.all([first.stop(), onFresh.stop(), onSpare.stop()]);
  });

  test('listeners hear a spare in the context that they would hear a fresh thread in', async () => {
    const heard = [];
    for (const make of [fresh, spare]) {
      const controller = make();
      await store.run('the start', () => controller.start());
      const told = new Promise((resolve) => controller.once('told', () => resolve(store.getStore())));
      await store.run('the call', () => controller.remote.tell());
      heard.push(await told);
      await controller.stop();
    }
    expect(heard[1]).toBe(heard[0]);
  });`;

test('a spare is as clean as a fresh thread', async () => {
  made = await project({ 'surroundings.js': CONTROLLER, 'spares.test.js': TEST });
  const { code, output } = await runJest(made);
  expect(output).toMatch(/3 passed/);
  expect(code).toBe(0);
});
