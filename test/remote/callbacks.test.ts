import { describe, expect, jest, test } from '@jest/globals';
import { UnclonableError } from '../../src/protocol/values';
import { rejection } from '../controller/made';
import { answeringThreadForAll, type AnsweringThread } from './answering-thread';

let thread: AnsweringThread;
answeringThreadForAll((made) => {
  thread = made;
});

describe('functions handed over', () => {
  test('a mock function sees its calls', async () => {
    const mock = jest.fn<(mail: unknown) => string>().mockReturnValue('thanks');
    expect(await thread.remote.deliver(mock)).toBe('thanks');
    expect(mock.mock.calls).toStrictEqual([[{ subject: 'delivered', tags: new Set() }]]);
  });

  test('an asynchronous function is awaited over there', async () => {
    expect(await thread.remote.deliver(async (mail) => Promise.resolve(mail))).toStrictEqual({ subject: 'delivered', tags: new Set() });
  });

  test('what it throws is thrown over there, as itself', async () => {
    const call = thread.remote.deliver(() => {
      throw new SyntaxError('from the test');
    });
    await expect(call).rejects.toThrow(SyntaxError);
    await expect(call).rejects.toThrow('from the test');
  });

  test.each([
    ['an object', { status: 404, message: 'none' }],
    ['a text', 'none'],
    ['null', null],
  ])('%s that it throws is thrown over there, as itself', async (_name, thrown) => {
    const refuse = (): never => {
      throw thrown;
    };
    expect(await thread.remote.caughtFrom(refuse)).toStrictEqual(thrown);
    expect(await thread.remote.caughtFrom(() => Promise.reject(thrown as unknown as Error))).toStrictEqual(thrown);
  });

  test('what it throws and cannot cross is wrapped over there', async () => {
    expect(await thread.remote.caughtFrom(() => Promise.reject(undefined as unknown as Error))).toBeInstanceOf(Error);
  });

  test('the stack of what it throws names the line that called it over there, after its own', async () => {
    const refuse = (): never => {
      throw new RangeError('refused');
    };
    const error = (await thread.remote.deliver(refuse).catch((thrown: unknown) => thrown)) as Error;
    expect(error.stack).toMatch(/^RangeError: refused\n\s+at refuse .*callbacks\.test\.ts[^]*\n\s+at .*deliver .*subjects\.ts:\d+:\d+/);
  });

  test('a result of it that cannot cross is an error over there', async () => {
    const error = await rejection(thread.remote.deliver(() => Symbol('s')));
    expect(error).toBeInstanceOf(UnclonableError);
    expect(error.message).toMatch(/^The result of the test's function did not arrive\. Its result is a symbol/);
  });

  test('that error names the function', async () => {
    const call = thread.remote.deliver(function thank() {
      return { with: [Symbol('s')] };
    });
    await expect(call).rejects.toMatchObject({
      path: 'thank().with[0]',
      message: expect.stringMatching(/^The result of the test's function thank\(\) did not arrive\. thank\(\)\.with\[0\] is a symbol/),
    });
  });

  test('the same function is the same over there, so that listeners can be removed', async () => {
    const listener = jest.fn();
    const before = await thread.remote.subscribe(jest.fn());
    expect(await thread.remote.subscribe(listener)).toBe(before + 1);
    expect(await thread.remote.unsubscribe(listener)).toBe(before);
  });

  test('a function is forgotten when the server side holds it no more, and can be handed over again', async () => {
    const mock = jest.fn();
    const dropped = (): boolean => thread.received.some(({ type }) => type === 'callbackDropped');
    await thread.remote.deliver(mock);
    while (!dropped()) await thread.remote.collectGarbage();
    await thread.remote.deliver(mock);
    expect(mock).toHaveBeenCalledTimes(2);
  });
});
