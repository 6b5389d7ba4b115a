/**
 * Servers that have begun to listen while modules loaded: one may be a library's own, so what the factory has started comes first.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { ThreadLoop } from 'jest-controller';
import { besideServer, maker } from '../controller/made';
import {
  ReturnsApollo,
  ReturnsCloser,
  ReturnsJob,
  ReturnsStarter,
  ReturnsStop,
  StartsLater,
  StartsNone,
  StartsTwo,
} from '../fixtures/controllers/listens-on-load';

const make = maker(() => new ThreadLoop());

test.each([
  ['a function', ReturnsStop],
  ['an object', ReturnsCloser],
  ['a function, given early,', StartsLater],
] as const)('%s that ends what the factory has started leads to that, and nothing is said', async (_, Class) => {
  const controller = await make<ReturnsCloser | ReturnsStop | StartsLater>(Class, besideServer()).start();
  expect(await (await fetch(String(controller.url))).text()).toBe('the application');
  await controller.stop();
  expect(controller.logs).toStrictEqual([]);
});

test('of two that the factory has started the first is taken, and these two are named', async () => {
  const controller = await make(StartsTwo, besideServer()).start();
  expect(await (await fetch(controller.url)).text()).toBe('the application');
  await controller.stop();
  expect(controller.logs.map(({ text }) => text).join('\n')).toMatch(/has made 2 servers listen, on the ports \d+, \d+,/);
});

test('where the factory has started none, it is the one', async () => {
  const controller = await make(StartsNone, besideServer()).start();
  expect(controller.port).toBe(await controller.remote.helperPort());
});

test('an object that makes its server when it is started is started', async () => {
  const controller = await make(ReturnsStarter, besideServer()).start();
  expect(await (await fetch(controller.url)).text()).toBe('the application');
});

test('an object that is started and listens nowhere is not taken for it', async () => {
  const controller = await make(ReturnsJob, besideServer()).start();
  expect(controller.url).toBeNull();
});

test('an Apollo server that is started is served by itself', async () => {
  const controller = await make(ReturnsApollo, besideServer()).start();
  expect((await fetch(`${controller.url}/?query={hello}`, { headers: { 'apollo-require-preflight': 'true' } })).status).toBe(200);
});
