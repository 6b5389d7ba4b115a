/**
 * @jest-environment-options { "controllers": { "greeter": { "module": "./greeter", "export": "greet" } } }
 */
import { expect, test } from '@jest/globals';
import './controllers';

test('a docblock replaces the controllers of the configuration, with paths relative to its file', async () => {
  expect(Object.keys(controllers)).toStrictEqual(['greeter']);
  expect(await (await fetch(`${controllers.greeter.url}/Grace`)).text()).toBe('hello, Grace');
});
