import { describe, expect, jest, test } from '@jest/globals';
import { getEventListeners, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { inspect } from 'node:util';
import { RemoteError, ServerCrashedError, StoppedError } from '../../src/errors/errors';
import { transfer, UnclonableError } from '../../src/protocol/values';
import { withSignal } from '../../src/remote/proxy';
import { answeringThreadForAll, startAnsweringThread, type AnsweringThread } from './answering-thread';

let thread: AnsweringThread;
answeringThreadForAll((made) => {
  thread = made;
});

describe('remote', () => {
  test('a method is called with its arguments', async () => {
    expect(await thread.remote.add(1, 2, 3)).toBe(6);
  });

  test('a method that gives a promise is awaited', async () => {
    expect(await thread.remote.later({ a: new Map([[1, new Date(5)]]) })).toStrictEqual({ a: new Map([[1, new Date(5)]]) });
  });

  test('a method by the name of one that answers by callback at a server is called as it is', async () => {
    expect(await thread.remote.getConnections('lobby')).toBe('those of lobby');
  });

  test('a function in a field is a method', async () => {
    expect(await thread.remote.arrow()).toBe('arrow');
  });

  test('a field is awaited', async () => {
    expect(await thread.remote.inbox).toStrictEqual([{ subject: 'hello', tags: new Set(['a']) }]);
    expect(await thread.remote.nothing).toBeUndefined();
  });

  test('a getter is awaited, and its promise with it', async () => {
    expect(await thread.remote.size).toBe(1);
  });

  test('calls at once are answered each with its own', async () => {
    const sums = await Promise.all(Array.from({ length: 500 }, (_, i) => thread.remote.add(i, 1)));
    expect(sums).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  test('a member takes part in Promise.all, catch and finally', async () => {
    const last = jest.fn();
    await expect(Promise.all([thread.remote.size, thread.remote.count])).resolves.toHaveLength(2);
    await expect(thread.remote.broken.catch((error: unknown) => (error as Error).message)).resolves.toBe('getter');
    await thread.remote.size.finally(last);
    expect(last).toHaveBeenCalledTimes(1);
  });

  test('a method that returns its own object resolves to undefined', async () => {
    expect(await thread.remote.chain()).toBeUndefined();
  });

  test('a Buffer arrives as one on both sides', async () => {
    expect(await thread.remote.bytes(Buffer.from('abc'))).toStrictEqual([true, Buffer.from('abc')]);
  });

  test('a marked ArrayBuffer is moved', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await thread.remote.bytes(transfer(bytes, [bytes.buffer]))).toStrictEqual([false, Buffer.of(1, 2, 3)]);
    expect(bytes.byteLength).toBe(0);
  });

  test('the server is reached, callback-style methods in a promise form', async () => {
    expect(await thread.server.getConnections()).toBe(0);
    expect(await thread.server.listening).toBe(true);
    expect(await thread.server.address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
  });
});

describe('errors of calls', () => {
  test('what a method throws comes as itself', async () => {
    const error = await thread.remote.fail('full').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'MailError', message: 'full', code: 'EMAIL' });
  });

  test('its stack names the server code first and the line of the test after', async () => {
    const error = (await thread.remote.fail('full').catch((thrown: unknown) => thrown)) as Error;
    expect(error.stack).toMatch(/^MailError: full\n\s+at .*subjects\.ts:\d+:\d+[^]*calls\.test\.ts:\d+:\d+/);
  });

  test.each<[string, () => PromiseLike<unknown>]>([
    ['a getter that throws', () => thread.remote.broken],
    ['a member that is not there', () => (thread.remote as unknown as { nope: Promise<unknown> }).nope],
    ['a method that is not called', () => thread.remote.add as unknown as Promise<unknown>],
  ])('the stack of %s, read, names the line of the test', async (_what, read) => {
    const reading = async (): Promise<unknown> => {
      try {
        return await read();
      } catch (error) {
        return error;
      }
    };
    expect(((await reading()) as Error).stack).toMatch(/\n\s+at reading .*calls\.test\.ts:\d+:\d+/);
  });

  test('the stack names it in a function that a compiler made of an asynchronous one', async () => {
    function* reading(): Generator<PromiseLike<unknown>> {
      yield thread.remote.broken;
    }
    const error = (await runCompiled(reading).catch((thrown: unknown) => thrown)) as Error;
    expect(error.stack).toMatch(/\n\s+at reading .*calls\.test\.ts:\d+:\d+/);
  });

  test('a member that was kept is read where it is awaited', async () => {
    const { broken } = thread.remote;
    await thread.remote.add();
    const reading = async (): Promise<unknown> => await broken;
    const error = (await reading().catch((thrown: unknown) => thrown)) as Error;
    expect(error.stack).toMatch(/\n\s+at reading .*calls\.test\.ts:\d+:\d+/);
  });

  test('toThrow holds for classes', async () => {
    await expect(thread.remote.fail('x')).rejects.toThrow(RangeError);
  });

  test('a thrown value that is no error is wrapped', async () => {
    await expect(thread.remote.failWith('boom')).rejects.toMatchObject({ thrownValue: 'boom' });
  });

  test('a result that cannot cross names the path', async () => {
    const error: unknown = await thread.remote.holdsFunction().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnclonableError);
    expect(error).toMatchObject({ path: 'holdsFunction().list[0].run' });
  });

  test('an argument that cannot cross names the path', async () => {
    await expect(thread.remote.later({ s: Symbol('s') })).rejects.toMatchObject({ path: 'arguments[0].s' });
  });

  test('a class is refused, since the server side has one of its own', async () => {
    class Users {}
    const call = (thread.server as unknown as { get(token: unknown): Promise<unknown> }).get(Users);
    await expect(call).rejects.toThrow(RemoteError);
    await expect(call).rejects.toThrow(
      /^server\.get\(\) was given the class Users, but the server side has one of its own: use that in a method/,
    );
    const { stack = '' } = (await call.catch((error: unknown) => error)) as Error;
    expect(stack.match(/calls\.test\.ts/g)).toHaveLength(1);
    const { remoteSync } = thread as unknown as { remoteSync: { arrow(token: unknown): void } };
    expect(() => {
      remoteSync.arrow(Users);
    }).toThrow('remote.arrow() was given the class Users');
  });

  test('an argument that was moved already rejects', async () => {
    const { port1, port2 } = new MessageChannel();
    await expect(thread.remote.subscribe(transfer([port2], [port2]) as never)).resolves.toBe(1);
    await expect(thread.remote.later(transfer([port2], [port2]))).rejects.toThrow(RemoteError);
    port1.close();
  });

  test('a method that is awaited instead of called says so', async () => {
    await expect(Promise.resolve(thread.remote.add)).rejects.toThrow('add is a method of Subject: call it');
  });

  test.each(['missing', 'hasOwnProperty', 'toString', 'factory', 'close', 'emit', 'on', '_events', 'port', 'stop', '__defineGetter__'])(
    '%s is no member that can be reached',
    async (member) => {
      const call = thread.calls.call({ subject: 'controller', member, verb: 'apply', args: [] });
      await expect(call).rejects.toThrow(RemoteError);
      await expect(call).rejects.toThrow(/has no member .* Use one that it has \(.*add/);
    },
  );

  test('a long list of members says how many it leaves out', async () => {
    await expect((thread.server as unknown as { nowhere: Promise<unknown> }).nowhere).rejects.toThrow(
      /has no member "nowhere" .* and \d+ more\), or write a method of the controller's that does what you need\.$/,
    );
  });

  test.each(['constructor', '__proto__', 'prototype'])('%s is never reached', async (member) => {
    await expect(thread.calls.call({ subject: 'server', member, verb: 'get', args: [] })).rejects.toThrow(RemoteError);
    await expect(thread.calls.call({ subject: 'server', member, verb: 'set', args: [{}] })).rejects.toThrow(RemoteError);
  });

  test('a member cannot be assigned where nobody could await it', () => {
    expect(() => {
      (thread.remote as unknown as { count: number }).count = 3;
    }).toThrow('use remoteSync.count');
  });

  test('a member of the server is set by a method, since remoteSync has none of it', () => {
    expect(() => {
      (thread.server as unknown as { timeout: number }).timeout = 3;
    }).toThrow('server.timeout cannot be assigned from the test: set it by a method of the class.');
  });

  test.each([
    ['remote', 'add'],
    ['remoteSync', 'add'],
    ['server', 'close'],
  ] as const)('a spy on a member of %s is told where to be', (handle, member) => {
    expect(() => jest.spyOn(thread[handle] as unknown as Record<string, () => void>, member)).toThrow(
      new RegExp(`^${handle}\\.${member} cannot be replaced .* by a method that uses .* of the package jest-mock\\.$`),
    );
  });

  test.each<[string, (member: unknown) => unknown]>([
    ['put into a text', (member) => `${member as string}/users`],
    ['added to', (member) => (member as number) + 1],
    ['compared loosely', (member) => member == 1],
    ['made a string', (member) => (member as { toString(): string }).toString()],
    ['taken for a url', (member) => new URL(member as string)],
  ])('a field that is not awaited and is %s says so', (_title, use) => {
    expect(() => use(thread.remote.count)).toThrow('remote.count is on the server side: await it where its value is used.');
  });

  test('a handle that is made a string asks nothing of the server', async () => {
    const sent = thread.received.length;
    expect([String(thread.remote), String(thread.remoteSync)]).toStrictEqual(['[object Remote]', '[object Remote]']);
    await thread.remote.add();
    expect(thread.received).toHaveLength(sent + 1);
  });
});

describe('remoteSync', () => {
  test('a method returns, a field is read and assigned', () => {
    expect(thread.remoteSync.add(1, 2)).toBe(3);
    thread.remoteSync.count = 7;
    expect(thread.remoteSync.count).toBe(7);
    // What is assigned is not read before: its getter may throw until then.
    thread.remoteSync.owner = 'Ada';
    expect(thread.remoteSync.owner).toBe('Ada');
    expect(thread.remoteSync.later([1])).toStrictEqual([1]);
    expect(thread.remoteSync.size).toBe(1);
  });

  test('errors are thrown as themselves', () => {
    expect(() => thread.remoteSync.fail('now')).toThrow(RangeError);
    expect(() => thread.remoteSync.broken).toThrow(expect.objectContaining({ name: 'MailError' }));
  });

  test('a field that can only be read is not assigned', () => {
    expect(() => {
      (thread.remoteSync as { size: unknown }).size = 5;
    }).toThrow('size can only be read');
  });

  test('a function handed over is called while this thread blocks', () => {
    const mock = jest.fn<(mail: unknown) => number>().mockReturnValue(5);
    expect(thread.remoteSync.deliver(mock)).toBe(5);
    expect(mock).toHaveBeenCalledTimes(1);
  });

  test('asynchronous calls in flight are not lost meanwhile', async () => {
    const call = thread.remote.later('async');
    expect(thread.remoteSync.add(1)).toBe(1);
    await expect(call).resolves.toBe('async');
  });
});

describe('the handle itself', () => {
  test('can be awaited, printed, compared and serialised without calling anything', async () => {
    const before = thread.received.length;
    expect(await thread.remote).toBe(thread.remote);
    expect(inspect(thread.remote)).toBe('Remote {}');
    expect(JSON.stringify(thread.remote)).toBe('{}');
    expect(thread.remote).toEqual(thread.remote);
    expect(() => {
      expect(thread.remote).toEqual({ something: 'else' });
    }).toThrow('Expected');
    await new Promise(setImmediate);
    expect(thread.received).toHaveLength(before);
  });
});

describe('withSignal', () => {
  test('rejects with the reason of the signal', async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const call = withSignal(thread.remote, abort.signal).never();
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(withSignal(thread.remote, abort.signal).size).rejects.toBe(reason);
  });

  test('has the reason say which call it was that ended', async () => {
    const signal = AbortSignal.timeout(5);
    const error = (await withSignal(thread.remote, signal)
      .never()
      .catch((reason: unknown) => reason)) as Error;
    expect(error).toBe(signal.reason);
    expect(error).toMatchObject({ name: 'TimeoutError', message: expect.not.stringContaining('never') });
    expect(error.stack).toMatch(
      /^TimeoutError: .*\n {4}remote\.never\(\) had not answered when its signal was aborted\.\n[^]*calls\.test\.ts:\d+:\d+/,
    );
    const { stack } = error;
    await expect(withSignal(thread.server, signal).listening).rejects.toBe(error);
    expect(error.stack).toBe(stack);
  });

  test.each([undefined, 'a text', Object.freeze(new Error('enough'))])('takes a reason of any kind: %s', async (reason) => {
    const abort = new AbortController();
    abort.abort(reason);
    await expect(withSignal(thread.remote, abort.signal).never()).rejects.toBe(abort.signal.reason);
  });

  test('listens to a signal once, for all calls that it bounds', async () => {
    const abort = new AbortController();
    const calls = Array.from({ length: 20 }, () => withSignal(thread.remote, abort.signal).never());
    expect(await withSignal(thread.remote, abort.signal).add(1)).toBe(1);
    // Node 20 warns of more than ten.
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    const reason = new Error('enough');
    abort.abort(reason);
    for (const call of calls) await expect(call).rejects.toBe(reason);
  });

  test('leaves a signal when the last call that it bounds has settled', async () => {
    const { signal } = new AbortController();
    const { add } = withSignal(thread.remote, signal);
    await Promise.all([add(1), add(2)]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await add(3);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('lets what settles in time through', async () => {
    await expect(withSignal(thread.remote, new AbortController().signal).add(1)).resolves.toBe(1);
  });

  test('refuses what is no remote', () => {
    expect(() => withSignal({}, new AbortController().signal)).toThrow('Expected a controller');
  });
});

describe('the end', () => {
  test('calls in flight and later ones reject with what ended the controller', async () => {
    const other = startAnsweringThread();
    await other.remote.add();
    const exited = once(other.worker, 'exit');
    const inFlight = [other.remote.never(), other.remote.exit()];
    await exited;
    const crash = new ServerCrashedError('exited', { exitCode: 3 });
    other.calls.rejectAll(() => crash);
    other.calls.rejectAll(() => new StoppedError('later'));
    for (const call of [...inFlight, other.remote.add(1)]) await expect(call).rejects.toBe(crash);
    expect(() => other.remoteSync.add(1)).toThrow(crash);
  });

  test('a blocking call to a server that hangs ends at its limit', async () => {
    const other = startAnsweringThread(300);
    await other.remote.add();
    expect(() => other.remoteSync.spin()).toThrow(/spin did not answer the blocking call within 300 ms/);
    await other.worker.terminate();
  });
});

/** What compilers make of `await` below ES2017: the function is suspended when somebody looks at `then`. */
function runCompiled(body: () => Generator<PromiseLike<unknown>>): Promise<unknown> {
  const { value } = body().next();
  return new Promise((resolve) => {
    resolve(value as unknown);
  });
}
