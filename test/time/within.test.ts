/**
 * Waits with a limit, in a thread that is busy when it passes.
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { within } from '../../src/time/within';
import { block } from '../block';

test('what has come by the limit counts, though nobody had the time to hear it', async () => {
  const { port1, port2 } = new MessageChannel();
  // From here the next turn of the event loop begins with its timers.
  await new Promise(setImmediate);
  const answer = within(10, once(port1, 'message'));
  port2.postMessage('in time');
  block(50);
  expect(await answer).toEqual(['in time']);
  port1.close();
});

test('what never comes is undefined', async () => {
  expect(await within(1, new Promise(() => undefined))).toBeUndefined();
});

test('a promise of a class that knows no `finally` is waited for as any', async () => {
  const bare = <Value>(promise: Promise<Value>): Promise<Value> =>
    ({ then: (...given: Parameters<Promise<Value>['then']>) => bare(promise.then(...given)) }) as unknown as Promise<Value>;
  expect(await within(1000, bare(Promise.resolve('settled')))).toBe('settled');
  await expect(within(1000, bare(Promise.reject(new RangeError('failed'))))).rejects.toThrow(RangeError);
});
