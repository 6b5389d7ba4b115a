/**
 * The option `export` beside a class: the name under which its module exports it.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { InvalidOptionError, ModuleLoadError, useController } from 'jest-controller';
import { EchoController } from '../fixtures/controllers/echo';
import { rejection, thrown } from '../controller/made';
import { toController } from '../../src/jest/test-side/use-controller';

const wrong = [7, '', null].map((name) => thrown(() => useController(EchoController, { export: name as never })));
const echo = useController(EchoController, { export: 'EchoController' });

test('anything but a name is refused', () => {
  for (const error of wrong) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option: 'export', message: expect.stringContaining('Expected `export` to be the name of an export') });
  }
});

test('the named export is taken', async () => {
  expect(await echo.remote.loads()).toBe(1);
});

test('a name that the module does not export is an error at start', async () => {
  const error = await rejection(toController(EchoController, { export: 'Nothing' }).start());
  expect(error).toBeInstanceOf(ModuleLoadError);
  expect(error.message).toMatch(/echo\.ts has no export 'Nothing'; it exports EchoController/);
});
