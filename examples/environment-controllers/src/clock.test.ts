import { expect, test } from '@jest/globals';
import './controllers';

// They run before any code of this file does.
const { clock, greeter } = controllers;

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

test('the clock tells the time that it was given', async () => {
  expect(await text(clock.url)).toBe('2020-01-01T00:00:00.000Z');
  await clock.remote.setTime(new Date('2030-06-15T12:00:00Z'));
  expect(await text(clock.url)).toBe('2030-06-15T12:00:00.000Z');
});

test('the greeter greets', async () => {
  expect(await text(`${greeter.url}/Ada`)).toBe('hello, Ada');
});
