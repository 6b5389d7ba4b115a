/**
 * @jest-environment jest-controller/environment
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ReadyTimeoutError } from 'jest-controller';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { ListensAndNeverSettles, NeverListens, NeverSettles, ReturnsLate, Spins } from '../fixtures/controllers/factories';
import { LoadsSlowly } from '../fixtures/controllers/loads-slowly';
import { SpinsOnLoad } from '../fixtures/controllers/spins-on-load';
import { bindAndRelease, connected, echoed, heldPort } from './clients';
import { besideServer, maker, numberOf, rejection } from './made';
import { block } from '../block';

/** The module beside the server is another. */
class WaitsOnLoad extends EchoController {
  static override readonly module = join(__dirname, '../fixtures/controllers/waits-on-load.mjs');
}

/** What a busy machine may add to a limit. One that does not hold is not met at all: there are others, of half a minute and more. */
const SLACK = 15_000;

afterEach(() => {
  jest.useRealTimers();
});

describeEveryLoop('a limit of start', (kind) => {
  const make = maker(() => kind.make());
  /** Above what a boot takes on a busy machine. */
  const loadTimeout = kind.name === 'thread' ? 2500 : 5000;

  test('in phase load: a module that takes too long', async () => {
    const slow = make(LoadsSlowly, { loadTimeout, ...besideServer({ LOAD_MS: '60000' }) });
    const error = await rejection(slow.start());
    expect(error).toBeInstanceOf(ReadyTimeoutError);
    expect(error).toMatchObject({ code: 'ERR_READY_TIMEOUT', phase: 'load', limit: loadTimeout });
    expect(error.message).toContain('`loadTimeout`');
  });

  test('in phase load: a module that never comes to its end', async () => {
    const spinning = make(SpinsOnLoad, { loadTimeout, ...besideServer() });
    const starting = rejection(spinning.start());
    const number = await numberOf(spinning.loop);
    expect(await starting).toMatchObject({ code: 'ERR_READY_TIMEOUT', phase: 'load' });
    expect(kind.lives(number)).toBe(false);
  });

  // How busy its loop was is known of a thread alone.
  test('in phase load: tells a module that waits from one that computes', async () => {
    // Long enough that what it takes to begin, on a busy machine, is less than half of it.
    const long = loadTimeout + 2000;
    const computing = make(LoadsSlowly, { loadTimeout, ...besideServer({ LOAD_MS: '60000' }) });
    const [waits, computes] = await Promise.all([
      rejection(make(WaitsOnLoad, { loadTimeout: long }).start()),
      rejection(computing.start()),
    ]);
    const waiting = kind.name === 'thread' ? ' (its event loop was waiting, as at a top-level `await`)' : '';
    expect(waits.message).toContain(`its module had not finished loading${waiting} after`);
    expect(computes.message).toContain('its module had not finished loading after');
  });

  test('in phase boot, for one that is shorter than any boot', async () => {
    expect(await rejection(make(EchoController, { loadTimeout: 1 }).start())).toMatchObject({ code: 'ERR_READY_TIMEOUT', phase: 'boot' });
  });

  test('in phase factory: a promise that never settles', async () => {
    expect(await rejection(make(NeverSettles, { readyTimeout: 100 }).start())).toMatchObject({
      code: 'ERR_READY_TIMEOUT',
      phase: 'factory',
      limit: 100,
    });
  });

  // How busy its loop was is known of a thread alone.
  test('in phase factory: tells one that waits from one that computes', async () => {
    const [waits, computes] = await Promise.all([
      // Long enough that a machine which stands still for a second, in which no loop is idle, is less than half of it.
      rejection(make(NeverSettles, { readyTimeout: 4000 }).start()),
      rejection(make(Spins, { readyTimeout: 4000 }).start()),
    ]);
    const either = 'it does not end, or its promise stays pending';
    expect(waits.message).toContain(kind.name === 'thread' ? 'server (its promise stays pending)' : either);
    expect(computes.message).toContain(kind.name === 'thread' ? 'server (its event loop was busy or blocked all the time)' : either);
  });

  test('in phase factory: one that is slow', async () => {
    expect(await rejection(make(ReturnsLate, { readyTimeout: 60, ...besideServer({ LATE_MS: '60000' }) }).start())).toMatchObject({
      code: 'ERR_READY_TIMEOUT',
      phase: 'factory',
    });
  });

  test('in phase factory: a synchronous loop, whose thread is killed', async () => {
    const spinning = make(Spins, { readyTimeout: 100 });
    const starting = rejection(spinning.start());
    const number = await numberOf(spinning.loop);
    expect(await starting).toMatchObject({ code: 'ERR_READY_TIMEOUT', phase: 'factory' });
    expect(kind.lives(number)).toBe(false);
    expect(spinning.state).toBe('stopped');
  });

  test('in phase listen: a server that never emits "listening"', async () => {
    expect(await rejection(make(NeverListens, { readyTimeout: 3000 }).start())).toMatchObject({
      code: 'ERR_READY_TIMEOUT',
      phase: 'listen',
    });
  });

  test('leaves no thread and a free port, and the start can be tried again', async () => {
    const controller = make(ListensAndNeverSettles, { readyTimeout: 2000 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const bound = once(controller, 'bound') as Promise<[number]>;
      const starting = rejection(controller.start());
      const number = await numberOf(controller.loop);
      const [port] = await bound;
      expect(await starting).toBeInstanceOf(ReadyTimeoutError);
      expect(kind.lives(number)).toBe(false);
      expect(controller).toMatchObject({ state: 'stopped', address: null, server: null, port: 0 });
      await bindAndRelease(port);
    }
  });

  test('ignores a server that comes too late on a loop that lives on', async () => {
    const loop = kind.make();
    const options = { loop, ...besideServer({ LATE_MS: '400' }) };
    const echo = await make(EchoController, options).start();
    const late = make(ReturnsLate, { ...options, readyTimeout: 60 });
    const returning = once(late, 'returning');
    const ready = jest.fn();
    late.on('ready', ready);
    expect(await rejection(late.start())).toMatchObject({ phase: 'factory' });
    // The event belongs to a start that is over: nobody hears it.
    await Promise.race([returning, echo.remote.spin(600)]);
    await echo.remote.loads();
    expect(ready).not.toHaveBeenCalled();
    expect(late.state).toBe('stopped');
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('comes in time', async () => {
    const controller = make(NeverSettles, { readyTimeout: 300 });
    const since = performance.now();
    const error = await rejection(controller.start());
    const elapsed = performance.now() - since;
    expect(elapsed).toBeGreaterThanOrEqual(299);
    const { elapsed: phases } = error as ReadyTimeoutError;
    expect(elapsed - (phases.boot ?? 0) - (phases.load ?? 0)).toBeLessThan(300 + SLACK);
  });

  test('is not waited for by a success', async () => {
    const since = performance.now();
    await make(EchoController, { readyTimeout: 30_000, loadTimeout: 30_000 }).start();
    expect(performance.now() - since).toBeLessThan(30_000);
  });

  test('is not waited for by a failure', async () => {
    const held = await heldPort();
    const since = performance.now();
    const error = await rejection(make(EchoController, { port: held.port, readyTimeout: 30_000 }).start());
    await held.release();
    expect(error).toMatchObject({ code: 'EADDRINUSE' });
    expect(performance.now() - since).toBeLessThan(SLACK);
  });

  test('tells limit, phase, times, what to turn and the last output', async () => {
    const { message } = await rejection(make(NeverSettles, { readyTimeout: 100 }).start());
    expect(message).toContain('NeverSettles');
    expect(message).toContain('factory() had not returned');
    expect(message).toContain('after 100 ms');
    expect(message).toMatch(/factory \d+ ms/);
    expect(message).toContain('`readyTimeout`');
    expect(message).toContain('JEST_CONTROLLER_READY_TIMEOUT');
    expect(message).toContain('| about to wait');
  });

  test.each(['modern', 'legacy'] as const)('holds under %s fake timers, and a start succeeds', async (timers) => {
    jest.useFakeTimers({ ...(timers === 'legacy' ? { legacyFakeTimers: true } : {}) } as object);
    const [error, echo] = await Promise.all([rejection(make(NeverSettles, { readyTimeout: 100 }).start()), make(EchoController).start()]);
    expect(error).toMatchObject({ phase: 'factory' });
    const client = (await connected(echo.port)).on('error', () => undefined);
    expect(await echo.stop()).toMatchObject({ forced: false });
    client.destroy();
  });

  test('that was overrun while the test was busy does not fail a server that was ready', async () => {
    const controller = make(ReturnsLate, { readyTimeout: 1500 });
    const returning = once(controller, 'returning');
    const starting = controller.start();
    await returning;
    block(1800);
    await starting;
    expect(await echoed(controller.port)).toBe('hello');
  });
});
