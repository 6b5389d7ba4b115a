/**
 * @jest-environment jest-controller/environment
 */
import { expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { StoppedError, type Controller, type StopReport } from 'jest-controller';
import { temporaryFolder } from '../temporary';
import { STOP_LEEWAY } from '../limits';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { Throws } from '../fixtures/controllers/factories';
import * as stopping from '../fixtures/controllers/stopping';
import { bindAndRelease, connected, connectionError, echoed } from './clients';
import { maker, numberOf, rejection } from './made';

const QUIET = { forced: false, rung: 'closed', cut: [], timers: [], handles: [] };

async function answer(url: string, agent?: Agent): Promise<string> {
  const [response] = (await once(get(url, agent === undefined ? {} : { agent }), 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

describeEveryLoop('stop', (kind) => {
  const make = maker(() => kind.make());

  async function timedStop(controller: Pick<Controller, 'loop' | 'state' | 'stop' | 'stopTimeout'>): Promise<StopReport> {
    const number = await numberOf(controller.loop);
    const since = performance.now();
    const report = await controller.stop();
    expect(performance.now() - since).toBeLessThan(controller.stopTimeout + STOP_LEEWAY);
    expect(kind.lives(number)).toBe(false);
    expect(controller.state).toBe('stopped');
    return report;
  }

  test('leaves nothing: no server, no thread, a free port', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    const stopped = once(echo, 'stopped');
    const report = await timedStop(echo);
    expect(report).toMatchObject(QUIET);
    expect(report.ms).toBeGreaterThan(0);
    expect(await stopped).toStrictEqual([report]);
    expect(echo).toMatchObject({ server: null, address: null, url: null, port: 0, error: undefined });
    expect(await connectionError(port)).toBe('ECONNREFUSED');
    await bindAndRelease(port);
  });

  test('changes nothing before a start, the second time, and after a failed start', async () => {
    const nothing = { forced: false, rung: 'none', ms: 0, cut: [], timers: [], handles: [] };
    const echo = make(EchoController);
    expect(await echo.stop()).toStrictEqual(nothing);
    expect(echo.state).toBe('idle');
    await echo.start();
    await echo.stop();
    expect(await echo.stop()).toStrictEqual(nothing);
    const bad = make(Throws);
    await rejection(bad.start());
    expect(await bad.stop()).toStrictEqual(nothing);
  });

  test('shares one promise between two calls', async () => {
    const echo = await make(EchoController).start();
    const first = echo.stop();
    expect(echo.state).toBe('stopping');
    expect(echo.stop()).toBe(first);
    await first;
    await echo.start();
    expect(echo.stop()).not.toBe(first);
  });

  test('ends idle keep-alive clients without waiting', async () => {
    const server = await make(stopping.Answers).start();
    const agent = new Agent({ keepAlive: true });
    await Promise.all(Array.from({ length: 10 }, () => answer(`${server.url ?? ''}/`, agent)));
    expect(await timedStop(server)).toMatchObject(QUIET);
    agent.destroy();
  });

  test('lets an in-flight request finish inside the limit', async () => {
    const server = await make(stopping.Answers, { stopTimeout: 30_000 }).start();
    const asked = once(server, 'asked');
    const late = answer(`${server.url ?? ''}/late`);
    await asked;
    const report = await timedStop(server);
    expect(await late).toBe('late');
    expect(report).toMatchObject({ forced: false, cut: [] });
    expect(report.ms).toBeGreaterThan(50);
  });

  test('cuts a request that takes longer, and names it', async () => {
    const server = await make(stopping.Answers, { stopTimeout: 100 }).start();
    const asked = once(server, 'asked');
    const client = request(`${server.url ?? ''}/never`).end();
    const failure = once(client, 'error');
    await asked;
    const report = await timedStop(server);
    expect(await failure).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(report).toMatchObject({ forced: true, rung: 'cut' });
    expect(report.cut).toMatchObject([{ protocol: 'http', request: 'GET /never', peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/) }]);
    expect(report.cut[0]?.age).toBeGreaterThan(50);
    expect(report.cut[0]?.bytes).toBeGreaterThan(10);
  });

  test('with stopTimeout 0 cuts at once', async () => {
    const server = await make(stopping.Answers, { stopTimeout: 0 }).start();
    const asked = once(server, 'asked');
    const client = request(`${server.url ?? ''}/never`).end();
    const failure = once(client, 'error');
    await asked;
    expect(await timedStop(server)).toMatchObject({ forced: true, rung: 'cut' });
    await failure;
  });

  test('ends idle and half-open clients at once', async () => {
    const server = await make(stopping.HoldsOn, { stopTimeout: 60_000 }).start();
    const clients = [await connected(server.port), await connected(server.port)];
    const ends = clients.map((client) => new Promise((resolve) => client.on('error', () => undefined).on('close', resolve)));
    clients[0]?.end();
    const report = await server.stop();
    expect(report).toMatchObject(QUIET);
    expect(report.ms).toBeLessThan(10_000);
    await Promise.all(ends);
  });

  test('cuts clients that never read, and names each of them', async () => {
    const server = await make(stopping.Floods, { stopTimeout: 100 }).start();
    const clients: Socket[] = [];
    for (let number = 0; number < 2; number += 1) {
      const flooding = once(server, 'flooding');
      clients.push((await connected(server.port)).on('error', () => undefined).pause());
      await flooding;
    }
    const ports = clients.map(({ localPort }) => `127.0.0.1:${String(localPort)}`);
    const report = await timedStop(server);
    expect(report).toMatchObject({ forced: true, rung: 'cut' });
    expect(report.cut.map(({ peer }) => peer).sort()).toStrictEqual(ports.sort());
    expect(report.cut.map(({ protocol }) => protocol)).toStrictEqual(['tcp', 'tcp']);
    for (const client of clients) client.destroy();
  });

  test('ends an upgraded connection', async () => {
    const server = await make(stopping.Upgrades, { stopTimeout: 100 }).start();
    const client = request(server.url ?? '', { headers: { connection: 'Upgrade', upgrade: 'websocket' } }).end();
    const [, socket] = (await once(client, 'upgrade')) as [unknown, NodeJS.EventEmitter];
    const closed = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    expect(await timedStop(server)).toMatchObject(QUIET);
    await closed;
  });

  test('ends an HTTP/2 session', async () => {
    const server = await make(stopping.Http2, { stopTimeout: 100 }).start();
    const session = connectHttp2(server.url ?? '').on('error', () => undefined);
    const stream = session.request({ ':path': '/' });
    stream.resume();
    await once(stream, 'end');
    const closed = new Promise((resolve) => session.on('close', resolve));
    expect(await timedStop(server)).toMatchObject(QUIET);
    await closed;
  });

  test('ends a server that spins in a handler, by force, and says so', async () => {
    const echo = await make(EchoController, { stopTimeout: 100 }).start();
    const { port } = echo;
    const spinning = once(echo, 'spinning');
    const call = rejection(echo.remote.spin(600_000));
    await spinning;
    expect(await timedStop(echo)).toMatchObject({ forced: true, rung: 'terminated' });
    expect(await call).toBeInstanceOf(StoppedError);
    await bindAndRelease(port);
  });

  test('ends timers, intervals, watchers and promises of the loop, and lists what was alive', async () => {
    const report = await timedStop(await make(stopping.LeavesWork, { leaks: 'ignore' }).start());
    expect(report.forced).toBe(false);
    expect(report.timers).toHaveLength(2);
    expect(report.handles).toMatchObject([{ type: expect.stringMatching(/^FS/) }]);
  });

  test('lets files be written whole, and says so where that has no end', async () => {
    const folder = temporaryFolder();
    expect(await timedStop(await make(stopping.SavesWhenClosed, { data: folder }).start())).toMatchObject(QUIET);
    expect(readFileSync(join(folder, 'state', 'done'), 'utf8')).toBe('done');
    const report = await timedStop(await make(stopping.LooksForEver, { leaks: 'ignore' }).start());
    expect(report).toMatchObject({ rung: 'closed', handles: [{ type: expect.stringMatching(/^FSReq/) }] });
  });

  test('aborts the signal, then awaits the hook, then closes the server', async () => {
    const server = await make(stopping.ClosesInOrder).start();
    const steps: unknown[] = [];
    server.on('step', (step) => steps.push(step));
    expect(await timedStop(server)).toMatchObject({ forced: false, cut: [] });
    expect(steps).toStrictEqual(['aborted: true', 'hook: still there', 'server closed']);
  });

  test.each([
    [stopping.CloseThrows, 'the hook failed'],
    [stopping.CloseRejects, 'the hook failed later'],
  ])('reports what the hook of %p throws, as itself, and closes all the same', async (Class, message) => {
    const server = await make(Class, { leaks: 'ignore' }).start();
    const { port } = server;
    const report = await timedStop(server);
    expect(report.closeError).toBeInstanceOf(RangeError);
    expect(report).toMatchObject({ forced: false, closeError: { message } });
    await bindAndRelease(port);
  });

  test('hears what exit handlers print, also after the last of several on a loop', async () => {
    const server = await make(stopping.PrintsAtExit).start();
    const heard = once(server, 'log');
    await server.stop();
    expect(await heard).toMatchObject([{ stream: 'stdout', text: 'printed at exit' }]);
    await server.start();
    server.stopSync();
    expect(server.logs).toMatchObject([{ text: 'printed at exit' }]);
    const loop = kind.make();
    const first = await new stopping.PrintsAtExit(undefined, undefined, { loop }).start();
    const last = await new EchoController(undefined, undefined, { loop }).start();
    await first.stop();
    await last.stop();
    expect(first.logs).toEqual([]);
    expect(last.logs).toMatchObject([{ text: 'printed at exit' }]);
  });

  test('reports what an exit handler throws, as itself', async () => {
    const server = await make(stopping.ThrowsAtExit, { leaks: 'ignore' }).start();
    const report = await timedStop(server);
    expect(report.closeError).toBeInstanceOf(RangeError);
    expect(report).toMatchObject({ forced: false, rung: 'closed', closeError: { message: 'the exit handler failed' } });
    await server.start();
    expect(server.stopSync()).toMatchObject({ closeError: { message: 'the exit handler failed' } });
  });

  test('ends exit handlers that take too long by force, and says so', async () => {
    const server = await make(stopping.SpinsAtExit, { stopTimeout: 100 }).start();
    expect(await timedStop(server)).toMatchObject({ forced: true, rung: 'terminated' });
    await server.start();
    const { number } = server.loop;
    const since = performance.now();
    expect(server.stopSync()).toMatchObject({ forced: true, rung: 'terminated' });
    expect(performance.now() - since).toBeLessThan(server.stopTimeout + STOP_LEEWAY);
    // This thread was blocked: that the other is gone it hears when it comes to it.
    while (kind.lives(number)) await new Promise((resolve) => setImmediate(resolve));
  });

  test('cuts off a hook that never ends', async () => {
    const report = await timedStop(await make(stopping.CloseNeverEnds, { stopTimeout: 100, leaks: 'ignore' }).start());
    expect(report).toMatchObject({ forced: true });
    expect(report.ms).toBeGreaterThanOrEqual(99);
    expect(report.closeError).toBeInstanceOf(StoppedError);
    expect(report.closeError).toMatchObject({
      message: expect.stringContaining('The close() hook of CloseNeverEnds had not settled after'),
    });
  });

  test('tells nothing of a hook that was given no time', async () => {
    const report = await timedStop(await make(stopping.CloseNeverEnds, { stopTimeout: 0 }).start());
    expect(report.closeError).toBeUndefined();
  });

  test('lists what it has cut, though the server is never heard of again', async () => {
    const server = await make(stopping.SpinsWhenCut, { stopTimeout: 100 }).start();
    const asked = once(server, 'asked');
    const unanswered = answer(`${server.url}/slow`).catch((error: unknown) => error);
    await asked;
    const { cut, ...report } = await timedStop(server);
    expect(report).toMatchObject({ forced: true, rung: 'terminated' });
    expect(cut).toMatchObject([{ protocol: 'http', request: 'GET /slow' }]);
    expect(await unanswered).toMatchObject({ code: 'ECONNRESET' });
  });

  test('cuts off a hook that spins', async () => {
    const report = await timedStop(await make(stopping.CloseSpins, { stopTimeout: 100 }).start());
    expect(report).toMatchObject({ forced: true, rung: 'terminated' });
  });

  test('can be asked for by the server itself, without a deadlock', async () => {
    const echo = await make(EchoController).start();
    const stopped = once(echo, 'stopped');
    await echo.remote.quit();
    await stopped;
    expect(echo.state).toBe('stopped');
  });

  test('asked for by the server may be an override that gives no promise', async () => {
    const echo = await make(EchoController).start();
    const stopped = new Promise<void>((resolve) => {
      jest.spyOn(EchoController.prototype, 'stop').mockImplementationOnce(() => {
        resolve();
        return undefined as never;
      });
    });
    echo.remote.quit().catch(() => undefined);
    await stopped;
    // What the asking throws has come by then.
    await new Promise((resolve) => setImmediate(resolve));
    jest.restoreAllMocks();
  });

  test('rejects the calls that are in flight, and those that come later', async () => {
    const echo = await make(EchoController, { stopTimeout: 100 }).start();
    const spinning = once(echo, 'spinning');
    const calls = [rejection(echo.remote.spin(600_000)), rejection(echo.remote.loads())];
    await spinning;
    await echo.stop();
    for (const call of calls) expect(await call).toBeInstanceOf(StoppedError);
    expect(await rejection(echo.remote.loads())).toBeInstanceOf(StoppedError);
  });
});

describeEveryLoop('await using', (kind) => {
  const make = maker(() => kind.make());

  test('stops at the end of the block', async () => {
    let port: number;
    {
      await using echo = await make(EchoController).start();
      port = echo.port;
      expect(await echoed(port)).toBe('hello');
    }
    await bindAndRelease(port);
  });

  test("does not mask the block's own error", async () => {
    const block = async (): Promise<void> => {
      await using server = await make(stopping.CloseThrows, { leaks: 'ignore' }).start();
      throw new EvalError(`in the block on ${server.port.toString()}`);
    };
    expect(await rejection(block())).toBeInstanceOf(EvalError);
  });
});
