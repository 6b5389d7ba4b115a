import { expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { CounterController } from './counter.controller.js';

const api = useController(() => import('./app.js'));
const counter = useController(CounterController);

test('a module with a top-level await serves', async () => {
  expect(await (await fetch(`${api.url}/greet/Ada`)).text()).toBe('hello, Ada');
});

test('a class of an ES module is found by itself', async () => {
  await fetch(counter.url);
  expect(await (await fetch(counter.url)).text()).toBe('2');
});
