/**
 * @jest-environment jest-controller/environment
 */
import { describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { ServerCrashedError, ThreadLoop, UsageError, type Controller } from 'jest-controller';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { Emitter, Station, Visits, Wrapper } from '../fixtures/controllers/events';
import { NeverSettles } from '../fixtures/controllers/factories';
import { echoed } from './clients';
import { maker, rejection } from './made';

function statesAtEvents(controller: Controller): string[] {
  const seen: string[] = [];
  for (const event of ['ready', 'stopped', 'crashed'] as const) controller.on(event, () => seen.push(`${event}: ${controller.state}`));
  return seen;
}

describeEveryLoop('events', (kind) => {
  const make = maker(() => kind.make());

  test('ready, stopped and crashed come in the state that they tell of', async () => {
    const echo = make(EchoController);
    const seen = statesAtEvents(echo as unknown as Controller);
    const starting = echo.start();
    expect(echo.state).toBe('starting');
    await starting;
    const crashed = once(echo, 'crashed');
    await echo.remote.exitSoon(0);
    await crashed;
    await echo.restart();
    const stopping = echo.stop();
    expect(echo.state).toBe('stopping');
    await stopping;
    expect(seen).toStrictEqual(['ready: running', 'crashed: crashed', 'stopped: stopped', 'ready: running', 'stopped: stopped']);
  });

  test('are not awaited by a method, whose listener must be there', () => {
    const wait = make(EchoController).once.bind(undefined) as (name: string) => unknown;
    expect(() => wait('ready')).toThrow(
      "Expected `listener` to be a function (to await an event, use `once(controller, 'name')` of node:events), got undefined.",
    );
  });

  test('ready may be answered by a stop and another start', async () => {
    const echo = make(EchoController);
    let again: Promise<unknown> | undefined;
    echo.once('ready', () => {
      void echo.stop();
      again = echo.start();
    });
    await echo.start();
    await again;
    expect(echo.state).toBe('running');
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('and calls of what was handed over have come when the server is idle, though a response may be faster', async () => {
    const visits = await make(Visits).start();
    const called = jest.fn();
    const heard = jest.fn();
    visits.on('visit', heard);
    await visits.remote.tell(called);
    for (let count = 1; count <= 50; count += 1) {
      await echoed(visits.port, 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await visits.idle();
      expect([called.mock.calls.length, heard.mock.calls.length]).toStrictEqual([count, count]);
    }
  });

  test('of the server side come over with their values, in order, and are heard there too', async () => {
    const emitter = await make(Emitter).start();
    const heard: unknown[] = [];
    emitter.on('dish', (...values: unknown[]) => heard.push(values));
    const when = new Date(5);
    await emitter.remote.send('dish', 1, { soup: new Map([['salt', when]]) });
    await emitter.remote.send('dish', 'two');
    expect(heard).toStrictEqual([[1, { soup: new Map([['salt', when]]) }], ['two']]);
    await emitter.remote.send('heard here');
    expect(await emitter.remote.heard).toBe(1);
  });

  test('called error, without a listener, throw nowhere', async () => {
    const emitter = await make(Emitter).start();
    expect(await emitter.remote.send('error', new RangeError('unheard'))).toBe(false);
    expect(emitter.emit('error', new Error('unheard'))).toBe(false);
    const heard = once(emitter, 'dish');
    await emitter.remote.send('dish');
    await heard;
    expect(emitter.state).toBe('running');
  });

  test("are heard of a class whose methods by the names of Node's work beside the server only", async () => {
    const station = make(Station);
    const log = jest.fn();
    station.on('log', log);
    const aired = jest.fn();
    station.on('aired', aired);
    await station.start();
    await station.remote.send('news', 'fine weather');
    expect(aired).toHaveBeenCalledWith('fine weather');
    await station.waitForLog('on the air: news');
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ text: 'on the air: news' }));
    const crashed = once(station, 'crashed');
    await station.remote.crashSoon();
    expect(await crashed).toMatchObject([{ message: 'struck by lightning' }]);
  });

  test("that are the controller's own cannot be sent by the server", async () => {
    const emitter = await make(Emitter).start();
    for (const event of ['ready', 'stopped', 'crashed', 'log']) {
      const error = await rejection(Promise.resolve(emitter.remote.send(event)));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain(`"${event}"`);
    }
  });

  test('of a start that is over are heard no more', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const emitter = await make(Emitter, { loop }).start();
    const late = jest.fn();
    emitter.on('late', late);
    await emitter.remote.sendLater('late', 50);
    await emitter.stop();
    await echo.remote.spin(150);
    await echo.remote.loads();
    expect(late).not.toHaveBeenCalled();
  });
});

describe('an event', () => {
  const make = maker(() => new ThreadLoop());

  test('hands over a port that transfer() marks', async () => {
    const emitter = await make(Emitter).start();
    emitter.once('port', ({ port2 }: { port2: MessagePort }) => {
      port2.postMessage('here');
      port2.close();
    });
    expect(await emitter.remote.sendPort('port')).toBe('here');
  });
});

describeEveryLoop('the server side', (kind) => {
  const make = maker(() => kind.make());

  test('refuses what belongs to the test side', async () => {
    const emitter = await make(Emitter).start();
    for (const member of ['start', 'restart', 'startSync', 'waitFor'] as const)
      expect(await emitter.remote.misuse(member)).toBe('UsageError');
    expect(await emitter.remote.constructAnother()).toBe('UsageError');
  });

  test('is not reached before it runs, and the stack names the line that read or called', async () => {
    const emitter = make(Emitter);
    const read = async (): Promise<number> => await emitter.remote.heard;
    const call = async (): Promise<boolean> => await emitter.remote.send('dish');
    for (const [name, reach] of Object.entries({ read, call })) {
      const error = await rejection(reach());
      expect(error).toMatchObject({ code: 'ERR_STOPPED', stack: expect.stringMatching(new RegExp(`at ${name} .*events\\.test\\.ts`)) });
    }
  });

  test('has a signal that is not aborted while it runs', async () => {
    const emitter = await make(Emitter).start();
    expect(await emitter.remote.isAborted()).toBe(false);
    expect(emitter.signal.aborted).toBe(false);
  });
});

describeEveryLoop('a crash', (kind) => {
  const make = maker(() => kind.make());

  test.each(['throwSoon', 'rejectSoon'] as const)('by %s is the state crashed, with the error itself', async (deed) => {
    const echo = await make(EchoController).start();
    const crashed = once(echo, 'crashed');
    await echo.remote[deed]('bang');
    const [error] = await crashed;
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'bang', stack: expect.stringMatching(/echo\.ts:\d+/) });
    expect(echo).toMatchObject({ state: 'crashed', error, address: null, url: null, server: null, port: 0 });
    expect(await rejection(echo.remote.loads())).toMatchObject({ code: 'ERR_SERVER_CRASHED', cause: error });
  });

  test.each(['failUnheardSoon', 'failSoon'] as const)('by an error event of the server, %s, is what it is without us', async (deed) => {
    const wrapper = await make(Wrapper).start();
    const crashed = once(wrapper, 'crashed');
    await wrapper.remote[deed]('bang');
    expect(await crashed).toMatchObject([{ name: 'RangeError', message: 'bang', stack: expect.stringMatching(/events\.ts:\d+/) }]);
  });

  test.each([0, 3])('by process.exit(%i) is a ServerCrashedError with the code', async (code) => {
    const echo = await make(EchoController).start();
    const crashed = once(echo, 'crashed');
    await echo.remote.exitSoon(code);
    const [error] = await crashed;
    expect(error).toBeInstanceOf(ServerCrashedError);
    expect(error).toMatchObject({
      code: 'ERR_SERVER_CRASHED',
      exitCode: code,
      message: expect.stringContaining(`code ${code.toString()}`),
    });
    expect(echo.error).toBe(error);
  });

  test('that somebody listened for is told to each call with the line that made it', async () => {
    const echo = await make(EchoController).start();
    const crashed = once(echo, 'crashed');
    const inFlight = async (): Promise<void> => {
      await echo.remote.exitNow(3);
    };
    const waiting = rejection(inFlight());
    await crashed;
    const called = async (): Promise<number> => await echo.remote.loads();
    const read = async (): Promise<unknown> => await (echo.remote as unknown as { nothing: Promise<unknown> }).nothing;
    const blocked = async (): Promise<number> => Promise.resolve(echo.remoteSync.loads());
    for (const [name, error] of Object.entries({
      inFlight: await waiting,
      called: await rejection(called()),
      read: await rejection(read()),
      blocked: await rejection(blocked()),
    })) {
      expect(error).toBeInstanceOf(ServerCrashedError);
      expect(error).toMatchObject({
        cause: echo.error,
        exitCode: 3,
        message: expect.stringContaining('has crashed.'),
        stack: expect.stringMatching(new RegExp(`^.*\\n\\s+at (?:async )?${name} .*events\\.test\\.ts`)),
      });
    }
    expect((echo.error as Error).stack).not.toContain('events.test.ts');
  });

  test('rejects the calls in flight', async () => {
    const echo = await make(EchoController).start();
    echo.once('crashed', () => undefined);
    const waiting = rejection(echo.waitFor((remote) => remote.connections, { timeout: 10_000 }));
    await echo.remote.throwSoon('bang');
    expect(await waiting).toBeInstanceOf(ServerCrashedError);
  });

  test('can be stopped, which takes nothing, and started again', async () => {
    const echo = await make(EchoController).start();
    const crashed = once(echo, 'crashed');
    await echo.remote.throwSoon('bang');
    await crashed;
    expect(await echo.stop()).toMatchObject({ forced: false, rung: 'none' });
    expect(echo.state).toBe('stopped');
    await echo.start();
    expect(echo.error).toBeUndefined();
    expect(await echoed(echo.port)).toBe('hello');
  });

  test.each(['stop', 'stopSync'] as const)('before the server heard of %s is told as any, and takes nothing', async (stop) => {
    const echo = await make(EchoController).start();
    const seen = statesAtEvents(echo);
    const calling = rejection(echo.remote.exitNow(3));
    expect(await echo[stop]()).toMatchObject({ forced: false, rung: 'none' });
    expect(await calling).toMatchObject({ exitCode: 3 });
    expect(seen).toStrictEqual(['crashed: crashed', 'stopped: stopped']);
    expect(echo).toMatchObject({ state: 'stopped', error: { exitCode: 3, stack: expect.stringMatching(/echo\.ts:\d+/) } });
  });

  test('before the server heard of stop may be answered by another stop and a start', async () => {
    const echo = await make(EchoController).start();
    const seen = statesAtEvents(echo);
    const restarted = new Promise((resolve) => {
      echo.once('crashed', () => {
        void echo.stop();
        resolve(echo.start());
      });
    });
    const calling = rejection(echo.remote.exitNow(3));
    expect(await echo.stop()).toMatchObject({ rung: 'none' });
    await calling;
    await restarted;
    expect(seen).toStrictEqual(['crashed: crashed', 'stopped: stopped', 'ready: running']);
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('of a neighbour during a start ends that start', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    echo.once('crashed', () => undefined);
    const starting = rejection(make(NeverSettles, { loop }).start());
    await echo.remote.throwSoon('bang');
    expect(await starting).toMatchObject({ name: 'RangeError', message: 'bang' });
  });
});
