import { describe, expect, jest, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { RemoteError } from '../../src/errors/errors';
import { pollUntil, type Endable } from '../../src/remote/wait-for';
import { VERY_LATE } from '../../src/time/limit';
import { block } from '../block';
import { inSomeTurns } from '../turns';

const silent = (): (() => void) => () => undefined;

describe('pollUntil', () => {
  test('gives the first truthy value', async () => {
    const values = [0, '', null, 'yes'];
    await expect(pollUntil(() => values.shift(), { timeout: 5000, name: 'it', onEvent: silent })).resolves.toBe('yes');
  });

  test('looks again after an event, long before its next interval', async () => {
    const events = new EventEmitter();
    let looks = 0;
    const check = (): boolean => {
      looks++;
      events.emit('looked');
      return looks > 200;
    };
    const onEvent = (listener: () => void): (() => void) => {
      events.on('event', listener);
      return () => events.off('event', listener);
    };
    // At intervals alone, 200 looks would take most of a minute.
    events.on('looked', () => setImmediate(() => events.emit('event')));
    await expect(pollUntil(check, { timeout: 5000, name: 'it', onEvent })).resolves.toBe(true);
    expect(events.listenerCount('event')).toBe(0);
  });

  test('does not miss an event that comes while it looks', async () => {
    let ring = (): void => undefined;
    let ready = false;
    const check = async (): Promise<boolean> => {
      if (ready) return true;
      const seen = ready;
      ready = true;
      ring();
      return Promise.resolve(seen);
    };
    const onEvent = (listener: () => void): (() => void) => {
      ring = listener;
      return () => undefined;
    };
    await expect(pollUntil(check, { timeout: 5000, name: 'it', onEvent })).resolves.toBe(true);
  });

  test('shows the last value when time is up', async () => {
    const wait = pollUntil(() => 0, { timeout: 20, name: 'EchoController', onEvent: silent });
    await expect(wait).rejects.toThrow(RemoteError);
    await expect(wait).rejects.toThrow(/^EchoController: waited .* ms for a truthy value; the last value was 0\. .*\{ timeout: 20 \}/);
  });

  test('does not wait for a look that never settles', async () => {
    const wait = pollUntil(() => new Promise<never>(() => undefined), { timeout: 20, name: 'it', onEvent: silent });
    await expect(wait).rejects.toThrow('there was no value yet, and the last look had not settled');
  });

  describe('that runs out while this thread stands still', () => {
    const timeout = 400;

    test.each([
      ['goes on with the look that it waits for', [() => inSomeTurns('yes')]],
      ['looks again', [() => 0, () => 0, () => inSomeTurns('yes')]],
    ])('%s', async (_what, looks) => {
      const wait = pollUntil<unknown>(() => looks.shift()?.(), { timeout, name: 'it', onEvent: silent });
      await new Promise(setImmediate);
      block(timeout + VERY_LATE + 200);
      await expect(wait).resolves.toBe('yes');
    });

    test('is over in the end', async () => {
      const wait = pollUntil(() => 0, { timeout, name: 'it', onEvent: silent });
      block(timeout + VERY_LATE + 200);
      await expect(wait).rejects.toThrow('the last value was 0');
    });
  });

  test.each([
    ['between two looks', () => 0],
    ['during a look that does not settle', () => new Promise<never>(() => undefined)],
  ])('is ended %s', async (_when, check) => {
    const waits = new Set<Endable>();
    const wait = pollUntil(check, { timeout: 60_000, name: 'it', onEvent: silent, waits });
    await new Promise(setImmediate);
    for (const { end } of waits) end();
    await expect(wait).rejects.toThrow(/^it: waited .* Its test file was over by then: await it in the test\.$/);
    expect(waits.size).toBe(0);
  });

  test('ends with what the look throws', async () => {
    const error = new TypeError('wrong');
    const wait = pollUntil(() => Promise.reject(error), { timeout: 5000, name: 'it', onEvent: silent });
    await expect(wait).rejects.toBe(error);
  });

  test('runs on real time under fake timers', async () => {
    jest.useFakeTimers();
    try {
      await expect(pollUntil(() => false, { timeout: 20, name: 'it', onEvent: silent })).rejects.toThrow('waited');
    } finally {
      jest.useRealTimers();
    }
  });
});
