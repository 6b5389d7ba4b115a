/**
 * Whose output is heard, from which start, and when.
 *
 * @jest-environment jest-controller/environment
 */
import { describe, expect, jest, test } from '@jest/globals';
import { ProcessLoop, RemoteError, ThreadLoop, UnclonableError } from 'jest-controller';
import { ReadsInput, ReadsInputLate } from '../fixtures/controllers/reads-input';
import { Talkative } from '../fixtures/remote/talkative';
import { describeEveryLoop } from '../loop/loops';
import { maker, rejection } from '../controller/made';

const texts = ({ logs }: Pick<Talkative, 'logs'>): string[] => logs.map(({ text }) => text);

describeEveryLoop('output on a shared loop', (kind) => {
  const make = maker(() => kind.make());

  test('comes to the controller whose code wrote it', async () => {
    const loop = kind.make();
    const one = await make(Talkative, { loop, data: { name: 'one' } }).start();
    const two = await make(Talkative, { loop, data: { name: 'two' } }).start();
    await Promise.all([fetch(`${one.url ?? ''}/a`), fetch(`${two.url ?? ''}/b`)]);
    await one.remote.say('called');
    await two.remote.warn('careful');
    await Promise.all([one.waitForLog(/later/), two.waitForLog(/careful/), two.waitForLog(/later/)]);
    expect(texts(one)).toStrictEqual(['one: factory', 'one: request /a', 'one: later', 'one: called']);
    expect(texts(two)).toEqual(
      expect.arrayContaining(['two: factory', 'two: request /b', 'two: later', expect.stringMatching(/two: careful/)]),
    );
    expect(texts(two).join()).not.toContain('one');
    await one.stop();
    expect(texts(one).at(-1)).toBe('one: close');
    expect(texts(two).join()).not.toContain('one');
  });

  test('comes to the one that has come again, too', async () => {
    const loop = kind.make();
    const one = await make(Talkative, { loop, data: { name: 'one' } }).start();
    const two = await make(Talkative, { loop, data: { name: 'two' } }).start();
    await one.restart();
    await fetch(`${one.url ?? ''}/again`);
    await one.waitForLog(/later/);
    expect(texts(one)).toStrictEqual(['one: factory', 'one: request /again', 'one: later']);
    expect(texts(two)).toStrictEqual(['two: factory']);
  });

  test('of one stays its own in pieces', async () => {
    const loop = kind.make();
    const one = await make(Talkative, { loop, data: { name: 'one' } }).start();
    await one.remote.write('first, ');
    const two = await make(Talkative, { loop, data: { name: 'two' } }).start();
    await two.remote.write('second, ');
    await one.remote.write('done\n');
    await two.remote.write('finished\n');
    expect(await one.waitForLog(/done/)).toMatchObject({ text: 'first, done' });
    expect(await two.waitForLog(/finished/)).toMatchObject({ text: 'second, finished' });
  });
});

test('output of nobody on a shared loop comes to all of its controllers', async () => {
  const loop = new ProcessLoop();
  const one = await new Talkative(undefined, undefined, { loop, data: { name: 'one' } }).start();
  const two = await new Talkative(undefined, undefined, { loop, data: { name: 'two' } }).start();
  await one.remote.writeRaw('to all\n');
  await Promise.all([one.waitForLog(/^to all$/), two.waitForLog(/^to all$/)]);
  await Promise.all([one.stop(), two.stop()]);
});

describeEveryLoop('a line without its end', (kind) => {
  const make = maker(() => kind.make());

  test('can be waited for, and becomes whole in its place', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    await server.remote.write('prompt> ');
    expect(await server.waitForLog(/prompt> $/)).toMatchObject({ stream: 'stdout', text: 'prompt> ' });
    await server.remote.write('answer\n');
    await server.remote.say('next');
    expect(texts(server)).toStrictEqual(['it: factory', 'prompt> answer', 'it: next']);
  });

  test('is no log event before it is whole', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    const heard = jest.fn();
    server.on('log', heard);
    await server.remote.write('half');
    await server.waitForLog(/half/);
    expect(heard).not.toHaveBeenCalled();
    await server.remote.write(' whole\n');
    await server.waitForLog(/whole/);
    expect(heard.mock.calls).toEqual([[expect.objectContaining({ text: 'half whole' })]]);
  });

  test('is there after stop, on a shared loop too', async () => {
    const loop = kind.make();
    const one = await make(Talkative, { loop, data: { name: 'one' } }).start();
    await make(Talkative, { loop, data: { name: 'two' } }).start();
    await one.remote.writeAtClose('last words');
    await one.stop();
    expect(texts(one)).toStrictEqual(['one: factory', 'one: close', 'last words']);
  });

  test('is whole when its server has stopped, though the loop lives on', async () => {
    const loop = kind.make();
    await make(Talkative, { loop, data: { name: 'two' } }).start();
    const one = await make(Talkative, { loop, data: { name: 'one' } }).start();
    const heard = jest.fn();
    one.on('log', heard);
    await one.remote.writeAtClose('last words');
    await one.stop();
    expect(heard).toHaveBeenLastCalledWith(expect.objectContaining({ text: 'last words' }));
  });
});

test('the last words of a stream that is ended are heard', async () => {
  const server = await new Talkative(undefined, undefined, { data: { name: 'it' } }).start();
  await server.remote.endOutput('the end\n');
  expect(await server.waitForLog(/the end/)).toMatchObject({ stream: 'stdout' });
  await server.stop();
});

describe('waiting for a line', () => {
  const make = maker(() => new ThreadLoop());

  test('takes a string as it is, without the meaning that its signs have in a pattern', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    await server.remote.say('is it so?');
    expect(await server.waitForLog('so?')).toMatchObject({ text: 'it: is it so?' });
    await expect(server.waitForLog('s[o]', { timeout: 20 })).rejects.toThrow("Talkative printed no line that holds 's[o]' in ");
  });

  test('in vain shows the last lines', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    await expect(server.waitForLog(/never/, { timeout: 20 })).rejects.toThrow(
      /^Talkative printed no line that matches \/never\/ in \d+ ms\. .*\{ timeout: 20 \}\.\n\nLast output of Talkative:\n {2}\| it: factory/,
    );
  });

  test('refuses what is no pattern, no function and no limit, and does not wait', async () => {
    const server = make(Talkative, { data: { name: 'it' } });
    const refused = [
      ['pattern', server.waitForLog(5 as never)],
      ['check', server.waitFor('x' as never)],
      ['timeout', server.waitFor(() => 1, { timeout: '5' as never })],
      ['timeout', server.waitForLog(/x/, { timeout: Number.NaN })],
      ['timeout', server.idle({ timeout: -1 })],
      ['options', server.waitFor(() => 1, 100 as never)],
      ['timout', server.waitForLog(/x/, { timout: 5 } as never)],
    ] as const;
    for (const [option, waiting] of refused)
      expect(await rejection(waiting)).toMatchObject({ name: 'InvalidOptionError', code: 'ERR_INVALID_OPTION', option });
  });
});

describe('waiting for a value', () => {
  const make = maker(() => new ThreadLoop());

  test('of a member that is not there names the line that reads it', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    const look = (remote: unknown): Promise<number> => (remote as { typo: Promise<number> }).typo;
    const { message, stack } = await rejection(server.waitFor(look));
    expect(message).toMatch(/has no member "typo"/);
    expect(stack).toMatch(/\n\s+at look .*output\.test\.ts:\d+:\d+/);
  });
});

describeEveryLoop('the input of a server', (kind) => {
  const make = maker(() => kind.make());

  test.each([
    ['before there is a server', ReadsInput],
    ['while it runs', ReadsInputLate],
  ])('is at its end, for those who wait for it %s', async (_when, Reader) => {
    const server = await make(Reader).start();
    expect(await (await fetch(server.url ?? '')).text()).toBe('input: ""');
  });
});

describeEveryLoop('output across restarts', (kind) => {
  const make = maker(() => kind.make());

  test('is that of the present start', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    await server.remote.say('before');
    await server.waitForLog(/before/);
    await server.restart();
    expect(texts(server)).toStrictEqual(['it: factory']);
    expect(await rejection(server.waitForLog(/before/, { timeout: 20 }))).toMatchObject({ code: 'ERR_REMOTE' });
    await server.stop();
    expect(texts(server)).toStrictEqual(['it: factory', 'it: close']);
  });
});

describeEveryLoop('an event that cannot cross', (kind) => {
  const make = maker(() => kind.make());

  test('is named with the place in its arguments', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    expect(await rejection(Promise.resolve(server.remote.sendUnclonable()))).toMatchObject({
      path: "emit('mail') argument 2 .body.socket",
      message: expect.stringMatching(/^emit\('mail'\) argument 2 \.body\.socket is a function, which cannot cross/),
    });
  });

  test('is an UnclonableError on both sides', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    expect(await server.remote.isToldOfUnclonable()).toBe(true);
    const error = await rejection(Promise.resolve(server.remote.sendUnclonable()));
    expect(error).toBeInstanceOf(UnclonableError);
    expect(error).toBeInstanceOf(RemoteError);
  });
});

describeEveryLoop('what the server cannot give the test by itself', (kind) => {
  const make = maker(() => kind.make());

  test('is a warning in its output, since whoever called may keep the error to himself', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    expect(await server.remote.isToldOfUnclonable()).toBe(true);
    await server.waitForLog(/Warning: emit\('mail'\) argument 2 \.body\.socket is a function, which cannot cross/);
    expect(await server.remote.tell(jest.fn(), 'what cannot cross')).toBe('a 500');
    await server.waitForLog(
      /Warning: The test's function jest\.fn\(\) was not called\. arguments\[0\]\.socket is a function, which cannot cross/,
    );
  });

  test('is an error that names the function, for a crash shows nothing else', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    function setUp(): void {}
    const error = (await server.remote.whatRejects(setUp)) as UnclonableError;
    expect(error).toMatchObject({ path: 'arguments[0].socket', what: 'a function' });
    expect(error.message).toMatch(/^The test's function setUp\(\) was not called\. arguments\[0\]\.socket is a function, which cannot/);
    expect(error.stack).toContain(error.message);
  });

  test('says where to call a callback that a function of the test was to get', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    const error = (await server.remote.whatCallbackRejects(jest.fn())) as UnclonableError;
    expect(error.message).toMatch(
      / arguments\[1\] is a function, which cannot .* Call it beside the server with what the test's function returns, /,
    );
    expect(((await server.remote.whatRejects(jest.fn())) as UnclonableError).message).not.toContain('Call it beside');
  });

  test('says where to call a listener that a function of the test was to be', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    const error = (await server.remote.whatListenerRejects(jest.fn())) as UnclonableError;
    expect(error.message).toMatch(
      / arguments\[0\] is a Socket, which cannot .* Call it beside the server with the parts that the test wants, /,
    );
  });

  test('says so, too, where the listener was to get an object of a class, of which a field cannot cross', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    const error = (await server.remote.whatClientsListenerRejects(jest.fn())) as UnclonableError;
    expect(error.message).toMatch(
      / arguments\[0\]\.onMessage is a function, which cannot .* Call it beside the server with the parts that the test wants, /,
    );
  });

  test('and so is what a function of the test gives back', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    expect(await server.remote.tell(() => Symbol('s'), 'plain data')).toBe('a 500');
    await server.waitForLog(/Warning: .* is a symbol, which cannot cross/);
    expect(await server.remote.tell(jest.fn(), 'plain data')).toBe('a 200');
  });
});

describe('an event with shared memory, which no other process can be given', () => {
  const make = maker(() => new ProcessLoop());

  test('is lost with a word in the output', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    await server.remote.sendShared();
    const line = await server.waitForLog(/did not reach/);
    expect(line).toMatchObject({ stream: 'stderr', text: expect.stringMatching(/^The event 'mail' did not reach .* on a ThreadLoop\.$/) });
  });
});
