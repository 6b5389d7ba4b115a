/**
 * @jest-environment jest-controller/environment
 */
import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { InvalidOptionError, Loop, ProcessLoop, ReadyTimeoutError, ServerCrashedError, ThreadLoop } from 'jest-controller';
import type { HostExit, HostHandle } from '../../src/loop/handle';
import { joinedChannels } from '../../src/loop/joined-channels';
import { Link } from '../../src/loop/link';
import { connectionError, echoed, freePort } from '../controller/clients';
import { besideServer, maker, numberOf, rejection, thrown } from '../controller/made';
import { EchoController } from '../fixtures/controllers/echo';
import { NeverSettles, Spins, Throws } from '../fixtures/controllers/factories';
import { LoadsSlowly } from '../fixtures/controllers/loads-slowly';
import { FailsWithAServer, StartsTogether } from '../fixtures/controllers/starts-together';
import { Answers, HoldsOn } from '../fixtures/controllers/stopping';
import { TimersController } from '../fixtures/reliability/untidy';
import { describeEveryLoop, describeEveryLoopAlways } from './loops';
import { block } from '../block';

describeEveryLoopAlways('a supplied loop', (kind) => {
  const make = maker(() => kind.make());

  test('is the one that is used, by both of its controllers', async () => {
    const loop = kind.make();
    const [one, other] = [make(EchoController, { loop }), make(EchoController, { loop })];
    expect(one.loop).toBe(loop);
    expect(loop).toMatchObject({ running: false, number: null, kind: kind.name });
    await Promise.all([one.start(), other.start()]);
    expect(loop.running).toBe(true);
    const [here, there] = [await one.remote.whereabouts(), await other.remote.whereabouts()];
    expect([here.pid, here.threadId]).toStrictEqual([there.pid, there.threadId]);
    expect(here.loop).toBe(loop.number);
    expect(one.port).not.toBe(other.port);
  });

  test('has each take the server that its own factory has started, though they start together', async () => {
    const loop = kind.make();
    const both = ['one', 'other'].map((data) => make(StartsTogether, { loop, data }));
    await Promise.all(both.map((each) => each.start()));
    const answers = (of: readonly StartsTogether[]) => Promise.all(of.map(async ({ url }) => (await fetch(String(url))).text()));
    expect(await answers(both)).toStrictEqual(['one', 'other']);
    expect(await both[0]?.stop()).toMatchObject({ forced: false });
    expect(await answers(both.slice(1))).toStrictEqual(['other']);
  });

  test('is left as it was by a start that fails, though its factory has made a server listen', async () => {
    const loop = kind.make();
    const neighbour = await make(EchoController, { loop }).start();
    const failing = make(FailsWithAServer, { loop, data: await freePort() });
    const error = { message: 'It failed behind that.' };
    expect(await rejection(failing.start())).toMatchObject(error);
    // Its port is free again.
    expect(await rejection(failing.start())).toMatchObject(error);
    expect(await echoed(neighbour.port)).toBe('hello');
    expect(await neighbour.stop()).toMatchObject({ forced: false, handles: [] });
  });

  test('serves on when one of its controllers stops, and ends with the last', async () => {
    const loop = kind.make();
    const [one, other] = [make(EchoController, { loop }), make(EchoController, { loop })];
    await Promise.all([one.start(), other.start()]);
    const number = await numberOf(loop);
    const { port } = one;
    expect(await one.stop()).toMatchObject({ forced: false, rung: 'closed' });
    expect(await connectionError(port)).toBe('ECONNREFUSED');
    expect(await echoed(other.port)).toBe('hello');
    expect(kind.lives(number)).toBe(true);
    await other.stop();
    expect(kind.lives(number)).toBe(false);
    expect(loop).toMatchObject({ running: false, number: null });
  });

  test('takes all down when it dies, and is started again', async () => {
    const loop = kind.make();
    const port = await freePort();
    const [one, other] = [make(EchoController, { loop, port }), make(EchoController, { loop })];
    await Promise.all([one.start(), other.start()]);
    const crashes = [once(one, 'crashed'), once(other, 'crashed')];
    await other.remote.throwSoon('bang');
    for (const crash of crashes) expect(await crash).toMatchObject([{ name: 'RangeError', message: 'bang' }]);
    expect([one.state, other.state]).toStrictEqual(['crashed', 'crashed']);
    expect(one.error).toBeInstanceOf(RangeError);
    await one.start();
    expect(await echoed(port)).toBe('hello');
    expect(other.state).toBe('crashed');
    await other.start();
    expect(await other.remote.whereabouts()).toMatchObject({ loop: loop.number });
  });

  test('that has to be ended by force crashes the others, and names the culprit', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const holder = await make(HoldsOn, { loop }).start();
    const spinner = await make(EchoController, { loop, stopTimeout: 100 }).start();
    const crashes = [once(echo, 'crashed'), once(holder, 'crashed')];
    const culprits = ['another EchoController', 'EchoController'];
    const spinning = once(spinner, 'spinning');
    const call = rejection(spinner.remote.spin(600_000));
    await spinning;
    expect(await spinner.stop()).toMatchObject({ forced: true, rung: 'terminated' });
    await call;
    for (const [index, [error]] of (await Promise.all(crashes)).entries()) {
      expect(error).toBeInstanceOf(ServerCrashedError);
      expect((error as Error).message).toContain(`because ${culprits[index] ?? ''} did not stop`);
    }
    expect([spinner.state, echo.state, holder.state]).toStrictEqual(['stopped', 'crashed', 'crashed']);
    expect(await rejection(echo.remote.loads())).toBeInstanceOf(ServerCrashedError);
  });
});

describeEveryLoop('a supplied loop', (kind) => {
  const make = maker(() => kind.make());

  test('gives each of its controllers the answer to its own question, though both ask at once', async () => {
    const loop = kind.make();
    const [one, other] = [make(EchoController, { loop }), make(Answers, { loop })];
    await Promise.all([one.start(), other.start()]);
    const client = new AbortController();
    const asked = once(other, 'asked');
    const answer = rejection(fetch(`${other.url ?? ''}/never`, { signal: client.signal }));
    await asked;
    const idle = rejection(other.idle({ timeout: 50 }));
    await rejection(one.waitForLog('never printed', { timeout: 1 }));
    expect(await idle).toMatchObject({ code: 'ERR_STOPPED', message: expect.stringContaining('GET /never') });
    client.abort();
    await answer;
  });

  test('starts afresh after it has ended', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const first = await numberOf(loop);
    await echo.stop();
    await echo.start();
    expect(loop.number).not.toBe(first);
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('keeps modules for as long as it lives, and makes a new instance each start', async () => {
    const loop = kind.make();
    const [one, other] = [make(EchoController, { loop }), make(EchoController, { loop })];
    await one.start();
    await other.start();
    await echoed(other.port);
    await other.stop();
    await other.start();
    expect(await other.remote.loads()).toBe(1);
    expect(await other.remote.connections).toBe(0);
  });

  test('that two controllers leave at once ends once', async () => {
    const loop = kind.make();
    const both = [make(EchoController, { loop }), make(EchoController, { loop })];
    await Promise.all(both.map((echo) => echo.start()));
    const number = await numberOf(loop);
    const reports = await Promise.all(both.map((echo) => echo.stop()));
    expect(reports.map(({ forced }) => forced)).toStrictEqual([false, false]);
    expect(kind.lives(number)).toBe(false);
  });

  test('may be joined in the very moment when its last controller leaves', async () => {
    const loop = kind.make();
    const [one, other] = [make(EchoController, { loop }), make(EchoController, { loop })];
    await one.start();
    const [report] = await Promise.all([one.stop(), other.start()]);
    expect(await echoed(other.port)).toBe('hello');
    expect(one.state).toBe('stopped');
    // The newcomer's server is no leftover.
    expect(report.handles).toStrictEqual([]);
  });

  test('lets nobody down when one controller fails to start on it', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop, ...besideServer() }).start();
    const failures = await Promise.all([
      rejection(make(Throws, { loop }).start()),
      rejection(make(NeverSettles, { loop, readyTimeout: 100 }).start()),
      rejection(make(EchoController, { loop, port: echo.port }).start()),
      rejection(make(TimersController, { loop, port: echo.port }).start()),
    ]);
    expect(failures).toMatchObject([{ code: 'E_KITCHEN' }, { phase: 'factory' }, { code: 'EADDRINUSE' }, { code: 'EADDRINUSE' }]);
    expect(await echoed(echo.port)).toBe('hello');
    // The timers of the last one have ended with it.
    expect(await echo.stop()).toMatchObject({ forced: false, timers: [] });
    expect(loop.running).toBe(false);
  });

  test('ends with the only controller, though that failed to start', async () => {
    const loop = kind.make();
    await rejection(make(Throws, { loop }).start());
    expect(loop.running).toBe(false);
    const echo = await make(EchoController, { loop }).start();
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('that dies while another controller starts rejects that start', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const crashed = once(echo, 'crashed');
    const starting = rejection(make(NeverSettles, { loop }).start());
    await echo.remote.exitSoon(3);
    expect(await starting).toMatchObject({ code: 'ERR_SERVER_CRASHED', exitCode: 3 });
    expect((await crashed)[0]).toMatchObject({ code: 'ERR_SERVER_CRASHED', exitCode: 3 });
  });

  test('that a start blocks is ended by force, and names the culprit', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const crashed = once(echo, 'crashed');
    expect(await rejection(make(Spins, { loop, readyTimeout: 100 }).start())).toBeInstanceOf(ReadyTimeoutError);
    expect((await crashed)[0]).toMatchObject({ code: 'ERR_SERVER_CRASHED', message: expect.stringContaining('Spins') });
    await echo.start();
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('that a start blocks is a fresh one for those whose servers were not begun', async () => {
    const loop = kind.make();
    const spins = make(Spins, { loop, readyTimeout: 100 });
    const there = once(spins, 'spinning');
    const spinning = rejection(spins.start());
    await there;
    const [echo, same] = [make(EchoController, { loop }), make(EchoController, { loop })];
    await Promise.all([echo.start(), same.start()]);
    expect(await spinning).toBeInstanceOf(ReadyTimeoutError);
    expect(await echoed(echo.port)).toBe('hello');
    expect(await same.remote.whereabouts()).toMatchObject({ loop: loop.number });
    expect(await echo.remote.whereabouts()).toMatchObject({ loop: loop.number });
  });

  test('that a start blocks lets a start on the fresh one be cut as any', async () => {
    const loop = kind.make();
    const spins = make(Spins, { loop, readyTimeout: 100 });
    const there = once(spins, 'spinning');
    const spinning = rejection(spins.start());
    await there;
    const echo = make(EchoController, { loop });
    const starting = rejection(echo.start());
    await spinning;
    await echo.stop();
    expect(await starting).toMatchObject({ code: 'ERR_STOPPED' });
    expect([echo.state, loop.running]).toStrictEqual(['stopped', false]);
  });

  test('refuses another environment than the one that it runs with', async () => {
    const loop = kind.make();
    const env = { ...process.env, COLOUR: 'red' };
    const echo = await make(EchoController, { loop, env }).start();
    const error = await rejection(make(EchoController, { loop, env: { ...env, COLOUR: 'blue' } }).start());
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'env' });
    const same = await make(EchoController, { loop, env: { COLOUR: 'red', ...process.env } }).start();
    expect(await same.remote.variable('COLOUR')).toBe('red');
    // Who asks for nothing takes what is there.
    const indifferent = await make(EchoController, { loop }).start();
    expect(await indifferent.remote.variable('COLOUR')).toBe('red');
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('refuses other modules to preload than it was started with', async () => {
    const loop = kind.make();
    await make(EchoController, { loop }).start();
    expect(await rejection(make(EchoController, { loop, preload: ['node:os'] }).start())).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'preload',
    });
  });

  test('gives each server its own error when several start at once and one module is slow', async () => {
    const loop = kind.make();
    const options = { loop, ...besideServer() };
    const slow = make(LoadsSlowly, options);
    const [first, second] = await Promise.all([slow.start(), make(EchoController, options).start()]);
    expect(first).toBe(slow);
    expect(await echoed(second.port)).toBe('hello');
  });
});

describeEveryLoop('a loop of its own', (kind) => {
  const make = maker(() => kind.make());

  test('is made for each controller', async () => {
    const [one, other] = [make(EchoController), make(EchoController)];
    await Promise.all([one.start(), other.start()]);
    const [here, there] = [await one.remote.whereabouts(), await other.remote.whereabouts()];
    expect([here.pid, here.threadId]).not.toEqual([there.pid, there.threadId]);
  });
});

describe('what is no loop', () => {
  test.each([[{}], ['thread'], [null], [ThreadLoop], [{ kind: 'thread', running: false, number: null }]])(
    '%p is a TypeError in the constructor',
    (loop) => {
      const error = thrown(() => new EchoController(undefined, undefined, { loop: loop as unknown as Loop }));
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'loop' });
    },
  );

  test('a loop is a Loop', () => {
    for (const loop of [new ThreadLoop(), new ProcessLoop()]) expect(loop).toBeInstanceOf(Loop);
    expect(new ThreadLoop()).not.toBeInstanceOf(ProcessLoop);
  });
});

describe('a loop that is ended', () => {
  /** A link to a host that is gone once it is terminated. */
  const linkTo = (channels: HostHandle['channels'], endGrace: number): Link => {
    const exits: ((exit: HostExit) => void)[] = [];
    const nothing = (): undefined => undefined;
    const handle: HostHandle = {
      kind: 'thread',
      number: 1,
      endGrace,
      channels,
      onExit: (listener) => void exits.push(listener),
      ref: nothing,
      unref: nothing,
      terminate: () => Promise.resolve(exits.forEach((exited) => exited({ code: null }))),
    };
    return new Link(handle, { loader: undefined, onCoverage: undefined });
  };

  test('and has not ended in its grace, is ended by force', async () => {
    const link = linkTo(joinedChannels().near, 1);
    await new Promise<void>((resolve) => link.end(resolve));
    expect(link).toMatchObject({ gone: true, cutShort: true });
  });

  test('and has ended in its grace, was not forced, though the test was too busy to hear of it', async () => {
    const { near, far } = joinedChannels();
    const link = linkTo(near, 10);
    // From here the next turn of the event loop begins with its timers.
    await new Promise(setImmediate);
    const gone = new Promise<void>((resolve) => link.end(resolve));
    far.control.postMessage({ type: 'ended', code: 0 });
    block(50);
    await gone;
    expect(link).toMatchObject({ gone: true, cutShort: false });
  });
});
