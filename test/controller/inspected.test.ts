/**
 * What `console.log(controller)` prints.
 */
import { once } from 'node:events';
import { inspect } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { Controller } from 'jest-controller';
import { EchoController } from '../fixtures/controllers/echo';
import { guardedHandle } from '../../src/jest/test-side/guarded-handle';

const echo = new EchoController();
afterEach(() => echo.stop());

test('is its state, and where it is reached', async () => {
  expect(inspect(echo)).toBe("EchoController { state: 'idle' }");
  await echo.start();
  expect(inspect(echo)).toBe(`EchoController { state: 'running', url: '${String(echo.url)}' }`);
  await echo.stop();
  expect(inspect(echo)).toBe("EchoController { state: 'stopped' }");
});

test('is what it died of', async () => {
  await echo.start();
  const crashed = once(echo, 'crashed');
  await echo.remote.throwSoon('no more');
  await crashed;
  expect(inspect(echo)).toMatch(/^EchoController \{\n {2}state: 'crashed',\n {2}error: RangeError: no more\n/);
});

test('is short inside of others', () => {
  expect(inspect({ servers: { echo } })).toBe("{ servers: { echo: EchoController { state: 'stopped' } } }");
  expect(inspect({ all: { servers: { echo } } }, { depth: 1 })).toBe('{ all: { servers: [Object] } }');
  expect(inspect({ all: { echo } }, { depth: 0 })).toBe('{ all: [Object] }');
  expect(inspect([echo], { depth: 0 })).toBe('[ [EchoController] ]');
});

test('is the same of what useController() gives', () => {
  expect(inspect(guardedHandle(echo))).toBe("EchoController { state: 'stopped' }");
});

test('is Node’s of a prototype', () => {
  expect(inspect(Controller.prototype)).toBe('Controller {}');
});

test('is the class’s own where it has one', () => {
  class Shy extends EchoController {
    [inspect.custom]() {
      return 'nothing to see';
    }
  }
  expect(inspect(new Shy())).toBe('nothing to see');
});
