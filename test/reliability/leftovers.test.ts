/**
 * @jest-environment jest-controller/environment
 */
import { expect, jest, test } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { LeakError, StoppedError, type ControllerOptions, type StopReport } from 'jest-controller';
import { maker, rejection, thrown } from '../controller/made';
import { judgeLeftovers } from '../../src/controller/leaks';
import { NOTHING_TO_STOP } from '../../src/controller/report/stop-report';
import { SURROUNDINGS } from '../../src/controller/surroundings';
import { Answers, CloseThrows, ThrowsWhileItStops } from '../fixtures/controllers/stopping';
import { ForwardingController } from '../fixtures/reliability/forwarding';
import { UntidyController } from '../fixtures/reliability/untidy';
import { describeEveryLoop } from '../loop/loops';

const HERE = /untidy\.ts:\d+:\d+/;

/** The connection that is made to the port which `connect` is told. */
async function connectionOf(connect: (port: number) => Promise<unknown>): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  await connect((server.address() as AddressInfo).port);
  const [socket] = await connected;
  // Killed, it may end its connection by a reset.
  socket.on('error', () => undefined).resume();
  server.close();
  return socket;
}

/** A server whose one connection does not end by itself when its client's has. */
async function slowToEnd(): Promise<{ port: number; connected: Promise<Socket> }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = once(server, 'connection').then(([socket]: Socket[]) => {
    server.close();
    return (socket as Socket).on('error', () => undefined).resume();
  });
  return { port, connected };
}

test('ten places are named, and of the others their number is told', () => {
  const timers = Array.from({ length: 12 }, (_value, line) => ({ type: 'Timeout', madeAt: `app.ts:${String(line)}:1` }));
  const doubled = [...timers, ...timers.slice(-1)];
  const { message } = thrown(() => {
    judgeLeftovers({ name: 'Untidy', madeAt: null, leaks: 'fail' }, { ...NOTHING_TO_STOP, timers: doubled }, undefined);
  }) as Error;
  expect(message).toContain('had 13 timers still alive');
  expect(message.match(/^ {2}Timeout, made at app\.ts:\d+:1$/gm)).toHaveLength(10);
  expect(message).toMatch(/^ {2}and 3 more$/m);
});

describeEveryLoop('the report of stop', (kind) => {
  const make = maker(() => kind.make());
  const started = (options: ControllerOptions = { leaks: 'ignore' }): Promise<UntidyController> => make(UntidyController, options).start();
  const types = (report: StopReport): string[] => report.handles.map(({ type }) => type).sort();

  test('is empty after a quiet life', async () => {
    const untidy = await started();
    await fetch(untidy.url ?? '').then((response) => response.text());
    expect(await untidy.stop()).toMatchObject({ forced: false, rung: 'closed', cut: [], timers: [], handles: [] });
  });

  test('tells the timers that were alive, and where each was made', async () => {
    const untidy = await started();
    await untidy.remote.leaveTimers();
    const { timers } = await untidy.stop();
    expect(timers).toHaveLength(2);
    for (const timer of timers) expect(timer).toMatchObject({ type: 'Timeout', madeAt: expect.stringMatching(HERE) as unknown });
    expect(timers[0]?.madeAt).not.toBe(timers[1]?.madeAt);
  });

  test('leaves out a timer that is about to fire, and fires once', async () => {
    const untidy = await started();
    await untidy.remote.leaveBriefTimerLate();
    expect(await untidy.stop()).toMatchObject({ rung: 'closed', timers: [] });
  });

  test('leaves out a promise of one', async () => {
    const untidy = await started();
    await untidy.remote.leaveBriefPromiseLate();
    expect(await untidy.stop()).toMatchObject({ rung: 'closed', timers: [] });
  });

  test('tells one that is set anew each time it fires', async () => {
    const untidy = await started();
    await untidy.remote.leaveTicker();
    expect((await untidy.stop()).timers).toStrictEqual([{ type: 'Timeout', madeAt: expect.stringMatching(HERE) as unknown }]);
  });

  test('counts timers whose maker nobody saw', async () => {
    const untidy = await started();
    await untidy.remote.leavePromise();
    expect((await untidy.stop()).timers).toStrictEqual([{ type: 'Timeout' }]);
  });

  test('leaves out what keeps nothing alive', async () => {
    const untidy = await started();
    await untidy.remote.leaveUncountedTimers();
    await untidy.remote.leaveQuietThread();
    await untidy.remote.leaveUnboundSocket();
    expect(await untidy.stop()).toMatchObject({ timers: [], handles: [] });
  });

  test('tells the handles that were alive, and where each was made', async () => {
    const untidy = await started();
    await untidy.remote.leaveHandles();
    await untidy.remote.leaveThread();
    const { handles } = await untidy.stop();
    const kinds = handles.map(({ type }) => type);
    expect(kinds).toStrictEqual(expect.arrayContaining(['FSWatcher', 'Server', 'Worker']) as unknown);
    for (const handle of handles) expect(handle.madeAt).toMatch(HERE);
  });

  test('tells the line of a timer past frames without a place', async () => {
    const untidy = await started();
    await untidy.remote.leaveTimerInPromise();
    expect((await untidy.stop()).timers).toStrictEqual([{ type: 'Timeout', madeAt: expect.stringMatching(HERE) as unknown }]);
  });

  test('tells a child process once, without its pipes, and ends it', async () => {
    const untidy = await started();
    const child = await connectionOf((port) => untidy.remote.leaveChild(port));
    const left = once(child, 'close');
    const { handles } = await untidy.stop();
    expect(handles).toStrictEqual([{ type: 'ChildProcess', madeAt: expect.stringMatching(HERE) as unknown }]);
    await left;
  });

  test('leaves out a child process that has been told to end, which takes it a moment', async () => {
    const killing = await started();
    await connectionOf((port) => killing.remote.killChildLate(port, false));
    expect((await killing.stop()).handles).toStrictEqual([]);

    const disconnecting = await started();
    await disconnecting.remote.disconnectChildLate();
    expect((await disconnecting.stop()).handles).toStrictEqual([]);
  });

  test('tells a child process that has been told to end, and goes on', async () => {
    const untidy = await started();
    const child = await connectionOf((port) => untidy.remote.killChildLate(port, true));
    const { handles } = await untidy.stop();
    child.destroy();
    expect(handles).toStrictEqual([{ type: 'ChildProcess', madeAt: expect.stringMatching(HERE) as unknown }]);
  });

  test('ends a child process that a crash leaves behind', async () => {
    const untidy = await started();
    untidy.once('crashed', () => undefined);
    const child = await connectionOf((port) => untidy.remote.leaveChild(port));
    const left = once(child, 'close');
    await untidy.remote.breakDown();
    await left;
    expect(child.destroyed).toBe(true);
  });

  test('ends a child process of a server that must be ended by force', async () => {
    const untidy = await started({ leaks: 'ignore', stopTimeout: 50 });
    const child = await connectionOf((port) => untidy.remote.leaveChild(port));
    const left = once(child, 'close');
    const spun = rejection(untidy.remote.spin());
    expect(await untidy.stop()).toMatchObject({ forced: true, rung: 'terminated' });
    await left;
    expect(await spun).toBeInstanceOf(StoppedError);
  });

  test('leaves out a thread that is let go when it says that it is ready', async () => {
    const untidy = await started();
    await untidy.remote.letThreadGoLate();
    expect((await untidy.stop()).handles).toStrictEqual([]);
  });

  test('leaves out a thread that has been told to end, and one that ends by itself, which takes them a moment', async () => {
    const terminating = await started();
    await terminating.remote.terminateThreadLate();
    expect((await terminating.stop()).handles).toStrictEqual([]);

    const ending = await started();
    await ending.remote.endThreadLate();
    expect((await ending.stop()).handles).toStrictEqual([]);
  });

  test('tells a connection of a client on the server side', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const untidy = await started();
    await untidy.remote.leaveSocket((other.address() as AddressInfo).port);
    const report = await untidy.stop();
    expect(types(report)).toStrictEqual(['Socket']);
    expect(report.handles[0]?.madeAt).toMatch(HERE);
    other.close();
  });

  test('leaves out a connection that was ended, where the other side answers', async () => {
    const { port, connected } = await slowToEnd();
    const untidy = await started();
    await untidy.remote.endSocketLate(port);
    const peer = await connected;
    peer.once('end', () => setImmediate(() => peer.end()));
    const left = once(peer, 'close');
    expect(await untidy.stop()).toMatchObject({ rung: 'closed', handles: [] });
    await left;
  });

  test('tells a connection that was ended, where the other side never answers', async () => {
    const { port, connected } = await slowToEnd();
    const untidy = await started();
    await untidy.remote.endSocketLate(port);
    expect(types(await untidy.stop())).toStrictEqual(['Socket']);
    (await connected).destroy();
  });

  test.each([
    ['leaves out the second half of a proxied connection that was cut', true, []],
    ['tells it where its end was to be kept apart', false, ['Socket']],
  ])('%s', async (_what, end, left) => {
    const other = createServer((socket) => socket.pipe(socket).on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const proxy = await make(ForwardingController, { data: { port, end }, leaks: 'ignore' }).start();
    const client = connect(proxy.port, proxy.hostname).on('error', () => undefined);
    const cut = once(client, 'close');
    client.write('hello');
    await once(client, 'data');
    const report = await proxy.stop();
    expect(report).toMatchObject({ rung: 'closed', cut: [] });
    expect(types(report)).toStrictEqual(left);
    await cut;
    // It ends with the last connection to it.
    await new Promise((resolve) => other.close(resolve));
  });

  test('tells a datagram socket that has a port', async () => {
    const untidy = await started();
    await untidy.remote.leaveBoundSocket();
    const report = await untidy.stop();
    expect(types(report)).toStrictEqual(['Socket']);
    expect(report.handles[0]?.madeAt).toMatch(HERE);
  });

  test('says nothing of the other controllers on its loop', async () => {
    const loop = kind.make();
    const [first, second] = await Promise.all([started({ loop, leaks: 'ignore' }), started({ loop, leaks: 'ignore' })]);
    await second.remote.leaveTimers();
    expect(await first.stop()).toMatchObject({ timers: [], handles: [] });
    expect((await second.stop()).timers).toHaveLength(2);
  });

  test('names the other controllers of its loop, whose it may be', async () => {
    const loop = kind.make();
    const first = await started({ loop, leaks: 'fail' });
    const last = await make(Answers, { loop, leaks: 'fail' }).start();
    await first.remote.leaveTimers();
    await first.stop();
    expect((await rejection(last.stop())).message).toMatch(
      /^The server of Answers \(made at .*\) had 2 timers still alive[^]*\nIt was the last on that loop, and what is left may be of others there: UntidyController\. End them /,
    );
  });

  test('tells one of its own name from itself', async () => {
    const loop = kind.make();
    const first = await started({ loop, leaks: 'fail' });
    const last = await started({ loop, leaks: 'fail' });
    await first.stop();
    await last.remote.leaveTimers();
    expect((await rejection(last.stop())).message).toContain('may be of others there: another UntidyController. End them ');
  });

  test('rejects stop under leaks: "fail", when all is stopped', async () => {
    const untidy = await started({ leaks: 'fail' });
    await untidy.remote.leaveTimers();
    const error = await rejection(untidy.stop());
    expect(error).toBeInstanceOf(LeakError);
    expect(error.stack).toMatch(/\n +at .*leftovers\.test\.ts:\d+:\d+/);
    expect(error.message).toMatch(/UntidyController \(made at .*\) had 2 timers still alive.*\n {2}Timeout, made at .*untidy\.ts/);
    expect(untidy.state).toBe('stopped');
  });

  test('names what was made at one place once, with a count', async () => {
    const untidy = await started({ leaks: 'fail' });
    for (let round = 0; round < 12; round += 1) await untidy.remote.leaveTimers();
    const { message } = await rejection(untidy.stop());
    expect(message).toContain('had 24 timers still alive');
    expect(message.match(/^ {2}Timeout, made at .*untidy\.ts:\d+:\d+\)?, 12 times$/gm)).toHaveLength(2);
    expect(message).not.toMatch(/^ {2}and \d+ more/m);
  });

  test('makes stopSync throw under leaks: "fail"', async () => {
    const untidy = await started({ leaks: 'fail' });
    await untidy.remote.leaveTimers();
    expect(thrown(() => untidy.stopSync())).toBeInstanceOf(LeakError);
  });

  test('holds a close that failed, too: with its error and place', async () => {
    const failing = make(CloseThrows, { leaks: 'fail' });
    const error: unknown = await rejection((await failing.start()).stop());
    expect(error).toBeInstanceOf(LeakError);
    expect((error as Error).message).toMatch(
      /The server of CloseThrows \(made at .*\) was stopped, but it did not close in order:\n {2}RangeError: the hook failed\n {6}at .*stopping\.ts:/,
    );
    expect(failing.state).toBe('stopped');
  });

  test('holds an error that nothing caught meanwhile, too, and does not blame the close for it', async () => {
    const failing = make(ThrowsWhileItStops, { leaks: 'fail' });
    const error = (await rejection((await failing.start()).stop())) as Error;
    expect(error).toBeInstanceOf(LeakError);
    expect(error.message).toMatch(
      /The server of ThrowsWhileItStops \(made at .*\) died of an error that nothing caught while it was being stopped:\n {2}RangeError: still at work\n {6}at .*stopping\.ts:/,
    );
    expect(failing.state).toBe('stopped');
  });

  test('is said on stderr by default, once, and at once where no environment gathers it', async () => {
    const environment = Object.getOwnPropertyDescriptor(globalThis, SURROUNDINGS) ?? {};
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const untidy = await started({});
      await untidy.remote.leaveTimers();
      Reflect.deleteProperty(globalThis, SURROUNDINGS);
      const stopping = untidy.stop();
      // Both wait for the same stop, of which there is one thing to say.
      untidy.stopSync();
      await stopping;
      expect(write.mock.calls.map(([text]) => String(text))).toStrictEqual([
        expect.stringMatching(/^jest-controller: .*2 timers still alive/),
      ]);
    } finally {
      Object.defineProperty(globalThis, SURROUNDINGS, environment);
      write.mockRestore();
    }
  });
});
