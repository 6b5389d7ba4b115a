/**
 * `Error.prepareStackTrace` may make anything of a stack, on either side: errors and their words come over all the same.
 */
import { afterEach, expect, test } from '@jest/globals';
import { captureStack, stackOf } from '../../src/errors/frames';
import { reword } from '../../src/errors/reword';
import { StructuredStacks } from '../fixtures/controllers/structured-stacks';

const controller = new StructuredStacks();
const original = Error.prepareStackTrace;

afterEach(async () => {
  Error.prepareStackTrace = original;
  await controller.stop();
});

test('on the server side', async () => {
  await controller.start();
  const failing = (): Promise<never> => Promise.reject(new RangeError('the function failed'));
  expect(await controller.remote.tell(failing)).toBe('RangeError: the function failed');
  await expect(controller.remote.fail()).rejects.toMatchObject({ name: 'RangeError', message: 'the method failed' });
});

test('on the test side', async () => {
  await controller.start();
  Error.prepareStackTrace = (_error, frames) => frames;
  const failure: unknown = await controller.remote.fail().catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'RangeError', message: 'the method failed' });
  expect(stackOf(failure as Error)).toBe('RangeError: the method failed');
  expect(captureStack(3).stack).toBeUndefined();
  const error = new Error('old');
  reword(error, 'new');
  expect(error.message).toBe('new');
  expect(() => new StructuredStacks('127.0.0.1', -1)).toThrow(TypeError);
});
