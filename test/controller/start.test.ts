/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Controller, FactoryError, ModuleLoadError, StoppedError } from 'jest-controller';
import { TRACKED } from '../../src/controller/internals';
import type { TrackedController } from '../../src/controller/surroundings';
import { inForm } from '../form';
import { RUN_LIMIT } from '../limits';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { OwnState } from '../fixtures/controllers/own-state';
import { FailsOnce, Throws } from '../fixtures/controllers/factories';
import { DataController } from '../fixtures/controllers/with-data';
import { connected, connectionError, echoed, freePort, heldPort } from './clients';
import { maker, rejection } from './made';

describeEveryLoop('start', (kind) => {
  const make = maker(() => kind.make());

  test('is never refused a connection right after it has resolved, many times', async () => {
    const startAndConnect = async (): Promise<void> => {
      const echo = await new EchoController(undefined, undefined, { loop: kind.make() }).start();
      const client = await connected(echo.port);
      client.destroy();
      await echo.stop();
    };
    const rounds = kind.name === 'thread' ? inForm(50, 3) : 5;
    for (let round = 0; round < rounds; round += 1) await Promise.all(Array.from({ length: 4 }, startAndConnect));
  });

  test('does not happen by construction: no thread, no server, nothing to connect to', async () => {
    const port = await freePort();
    const echo = make(EchoController, { port });
    expect(await connectionError(port)).toBe('ECONNREFUSED');
    expect(echo).toMatchObject({ state: 'idle', server: null, address: null, url: null, error: undefined, port });
    expect(echo.loop).toMatchObject({ running: false, number: null });
  });

  test('names the line that called it in an error without a line of its own', async () => {
    const held = await heldPort();
    const line = /\n +at .*start\.test\.ts:\d+:\d+/;
    const echo = make(EchoController, { port: held.port });
    const started = await rejection(echo.start());
    const restarted = await rejection(echo.restart());
    await held.release();
    expect(started).toMatchObject({ code: 'EADDRINUSE', stack: expect.stringMatching(line) });
    expect(restarted).toMatchObject({ code: 'EADDRINUSE', stack: expect.stringMatching(line) });
  });

  test('changes nothing while it runs', async () => {
    const echo = await make(EchoController).start();
    const before = { address: echo.address, place: await echo.remote.whereabouts() };
    expect(await echo.start()).toBe(echo);
    expect({ address: echo.address, place: await echo.remote.whereabouts() }).toStrictEqual(before);
    expect(await echo.remote.factoryCalls).toBe(1);
  });

  test('while it runs does not stand in for a later one', async () => {
    const echo = await make(EchoController).start();
    await echo.start();
    await echo.stop();
    await echo.start();
    expect(echo.state).toBe('running');
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('shares one promise between two calls', async () => {
    const echo = make(EchoController);
    const first = echo.start();
    expect(echo.start()).toBe(first);
    expect(await first).toBe(echo);
    expect(await echo.remote.factoryCalls).toBe(1);
  });

  test('works after a stop, on a fresh loop and the configured port', async () => {
    const port = await freePort();
    const echo = await make(EchoController, { port }).start();
    const first = await echo.remote.whereabouts();
    await echo.stop();
    await echo.start();
    expect(echo.port).toBe(port);
    expect(await echo.remote.whereabouts()).not.toEqual(first);
    expect(await echo.remote.loads()).toBe(1);
    expect(await echoed(port)).toBe('hello');
  });

  test('really tries again after it has failed', async () => {
    const attempts = new Int32Array(new SharedArrayBuffer(4));
    // Only threads share memory.
    if (kind.name !== 'thread') return;
    const unsteady = make(FailsOnce, { data: attempts });
    expect(await rejection(unsteady.start())).toBeInstanceOf(RangeError);
    expect(unsteady.state).toBe('stopped');
    await unsteady.start();
    expect(attempts[0]).toBe(2);
    expect(await echoed(unsteady.port)).toBe('hello');
  });

  test('really tries again after it has failed before any thread was made', async () => {
    class Unready extends EchoController {}
    Object.defineProperty(Unready.prototype, 'factory', { value: undefined, configurable: true });
    const unready = make(Unready);
    expect(await rejection(unready.start())).toBeInstanceOf(FactoryError);
    Reflect.deleteProperty(Unready.prototype, 'factory');
    expect(await rejection(unready.start())).toBeInstanceOf(ModuleLoadError);
  });

  test('fails each time that it is tried, never silently', async () => {
    const bad = make(Throws);
    expect(await rejection(bad.start())).toMatchObject({ code: 'E_KITCHEN' });
    expect(await rejection(bad.start())).toMatchObject({ code: 'E_KITCHEN' });
  });

  test('that has failed is what later calls are told of', async () => {
    class Unready extends EchoController {}
    Object.defineProperty(Unready.prototype, 'factory', { value: undefined });
    for (const [Failing, name] of [
      [Throws, 'Throws'],
      [Unready, 'Unready'],
    ] as const) {
      const failed: Controller = make<Controller>(Failing);
      await rejection(failed.start());
      const { something } = failed.remote as unknown as { something(): Promise<unknown> };
      expect((await rejection(something())).message).toBe(
        `${name} is not running, since its start has failed, so nothing on its server side can be called.`,
      );
    }
  });

  test('waits for a stop that is under way', async () => {
    const echo = await make(EchoController, { port: await freePort() }).start();
    const order: string[] = [];
    const stopping = echo.stop().then(() => order.push('stopped'));
    const starting = echo.start().then(() => order.push('started'));
    await Promise.all([stopping, starting]);
    expect(order).toStrictEqual(['stopped', 'started']);
    expect(echo.state).toBe('running');
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('that waits for a stop is undone by a second stop', async () => {
    const echo = await make(EchoController).start();
    const first = echo.stop();
    const starting = rejection(echo.start());
    await Promise.all([first, echo.stop()]);
    expect(await starting).toBeInstanceOf(StoppedError);
    expect(echo.state).toBe('stopped');
  });

  test('after a stop that cuts a start is a start of its own', async () => {
    const echo = make(EchoController);
    const first = rejection(echo.start());
    const stopping = echo.stop();
    const second = echo.start();
    expect(await first).toBeInstanceOf(StoppedError);
    await stopping;
    expect(await second).toBe(echo);
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('after a stop that cuts a start can be taken back too', async () => {
    const echo = make(EchoController);
    const starts = [rejection(echo.start())];
    const stops = [echo.stop()];
    starts.push(rejection(echo.start()));
    stops.push(echo.stop());
    for (const start of starts) expect(await start).toBeInstanceOf(StoppedError);
    await Promise.all(stops);
    expect(echo.state).toBe('stopped');
    expect(echo.loop.running).toBe(false);
  });

  test('fails before any thread for data that has become uncloneable', async () => {
    const dishes = new Map<string, number>();
    const menu = make(DataController, { data: { dishes, since: new Date() } });
    dishes.set('soup', (() => 3) as unknown as number);
    const starting = menu.start();
    expect(menu.loop.running).toBe(false);
    expect(await rejection(starting)).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'data' });
  });

  test('has set address, port, url and server when it resolves', async () => {
    const echo = make(EchoController);
    const ready = once(echo, 'ready');
    await echo.start();
    await ready;
    expect(echo.state).toBe('running');
    expect(echo.port).toBeGreaterThan(0);
    expect(echo.address).toStrictEqual({ address: '127.0.0.1', family: 'IPv4', port: echo.port });
    expect(echo.url).toBe(`tcp://127.0.0.1:${echo.port.toString()}`);
    expect(await echo.server?.getConnections()).toBe(0);
  });

  test("leaves the caller's own loop free", async () => {
    const echo = make(EchoController);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (echo.state === 'starting') setImmediate(count);
    };
    const starting = echo.start();
    count();
    await starting;
    expect(turns).toBeGreaterThan(10);
  });

  test('runs the handler elsewhere than the test', async () => {
    const echo = await make(EchoController).start();
    const here = { pid: process.pid, threadId: 0 };
    const there = await echo.remote.whereabouts();
    expect({ pid: there.pid, threadId: there.threadId }).not.toEqual(here);
    expect(there).toMatchObject({ loop: echo.loop.number, kind: echo.loop.kind });
  });

  test('gives a server that answers while the test is busy', async () => {
    const echo = await make(EchoController).start();
    const client = `const s = require('net').connect(${echo.port.toString()}, '127.0.0.1', () => s.write('busy'));
      s.on('data', (text) => { process.stdout.write(text); s.destroy(); });`;
    expect(execFileSync(process.execPath, ['-e', client], { encoding: 'utf8', timeout: RUN_LIMIT })).toBe('busy');
  });

  test('gives a server that may be busy while the test is not', async () => {
    const echo = await make(EchoController).start();
    let answered = false;
    const spinning = once(echo, 'spinning');
    const answer = echo.remote.spin(300).then(() => (answered = true));
    await spinning;
    let turns = 0;
    while (!answered) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await answer;
    expect(turns).toBeGreaterThan(20);
  });

  test('never connects to the server that it starts', async () => {
    const echo = await make(EchoController).start();
    await echo.restart();
    expect(await echo.remote.connections).toBe(0);
    expect(await echo.remote.factoryCalls).toBe(1);
  });

  test('takes the class, data and limits across', async () => {
    const since = new Date(0);
    const menu = make(DataController, {
      data: { dishes: new Map([['soup', 3]]), since },
      readyTimeout: 4000,
      loadTimeout: 50_000,
      stopTimeout: 500,
    });
    await menu.start();
    expect(menu.data.since).toBe(since);
    expect(await menu.remote.isMap()).toBe(true);
    expect(await menu.remote.effective()).toStrictEqual({
      hostname: '127.0.0.1',
      port: menu.port,
      readyTimeout: 4000,
      loadTimeout: 50_000,
      stopTimeout: 500,
    });
  });

  test('shows the server side what the test has put into process.env', async () => {
    process.env['SET_BY_A_TEST'] = 'yes';
    try {
      const echo = await make(EchoController).start();
      expect(await echo.remote.variable('SET_BY_A_TEST')).toBe('yes');
    } finally {
      delete process.env['SET_BY_A_TEST'];
    }
  });

  test('of a class without factory() fails before any thread, and names the class', async () => {
    class Bare extends (Controller as unknown as typeof EchoController) {}
    Object.defineProperty(Bare.prototype, 'factory', { value: undefined });
    const bare = make(Bare);
    const starting = bare.start();
    expect(bare.loop.number).toBeNull();
    const error = await rejection(starting);
    expect(error).toBeInstanceOf(FactoryError);
    expect(error).toMatchObject({ code: 'ERR_FACTORY', message: expect.stringContaining('Bare') });
  });

  test('of a class with a field that hides one of each controller fails before any thread, and names both', async () => {
    class Stateful extends EchoController {}
    const stateful = make(Stateful);
    // As a field of JavaScript does; TypeScript refuses it.
    Object.defineProperty(stateful, 'state', { value: { users: [] }, writable: true, enumerable: true, configurable: true });
    const starting = stateful.start();
    expect(stateful.loop.number).toBeNull();
    expect(await rejection(starting)).toMatchObject({ code: 'ERR_USAGE', message: expect.stringMatching(/^Stateful .*`state`/) });
  });

  test('of a class with a method that hides a getter of each controller fails likewise, inherited or not', async () => {
    class Linked extends EchoController {}
    // As a method of JavaScript does; TypeScript refuses it.
    Object.defineProperty(Linked.prototype, 'url', { value: () => 'a link', writable: true, configurable: true });
    class Derived extends Linked {}
    for (const [name, controller] of Object.entries({ Linked: make(Linked), Derived: make(Derived) })) {
      const starting = controller.start();
      expect(controller.loop.number).toBeNull();
      const message = expect.stringMatching(new RegExp(`^${name} has a method \`url\``));
      expect(await rejection(starting)).toMatchObject({ code: 'ERR_USAGE', message });
    }
  });

  test('is known to the environment, whatever the class makes of its own `state`', async () => {
    const running = await make(OwnState).start();
    expect(running.state).toBe('own');
    expect((running as unknown as { readonly [TRACKED]: TrackedController })[TRACKED].state).toBe('running');
  });
});
