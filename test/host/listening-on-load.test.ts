/**
 * Servers that have begun to listen while modules loaded: one may be a library's own, so what the factory has started comes first.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { ThreadLoop } from 'jest-controller';
import { besideServer, maker } from '../controller/made';
import { ReturnsCloser, ReturnsStop, StartsNone, StartsTwo } from '../fixtures/controllers/listens-on-load';

const make = maker(() => new ThreadLoop());

test.each([
  ['a function', ReturnsStop],
  ['an object', ReturnsCloser],
] as const)('%s that ends what the factory has started is reached there, and nothing is said', async (_, Class) => {
  const controller = await make<ReturnsCloser | ReturnsStop>(Class, besideServer()).start();
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
