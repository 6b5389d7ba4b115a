/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { StoppedError } from 'jest-controller';
import { inForm } from '../form';
import { STOP_LEEWAY } from '../limits';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import {
  ListensAndNeverSettles,
  ListensLate,
  NeverListens,
  NeverSettles,
  ReturnsLate,
  ReturnsListeningBundleLate,
  ReturnsListeningLate,
  Spins,
  Throws,
} from '../fixtures/controllers/factories';
import { LoadsSlowly } from '../fixtures/controllers/loads-slowly';
import { bindAndRelease, connectionError, echoed, freePort } from './clients';
import { besideServer, maker, numberOf, rejection } from './made';
import { block } from '../block';

describeEveryLoop('stop during start', (kind) => {
  const make = maker(() => kind.make());

  test.each([
    ['boot', EchoController, undefined],
    ['factory', NeverSettles, 'about to wait'],
    ['listen', NeverListens, 'asked to listen'],
  ] as const)('in phase %s settles both and leaves nothing', async (phase, Class, sign) => {
    const controller = make(Class as typeof EchoController);
    const there = sign === undefined ? undefined : once(controller, sign);
    const starting = rejection(controller.start());
    await there;
    const number = controller.loop.number;
    const report = await controller.stop();
    const error = await starting;
    expect(error).toBeInstanceOf(StoppedError);
    expect(error.message).toContain(`was stopped in phase ${phase}, before it was ready`);
    expect(report).toMatchObject({ cut: [] });
    expect(controller.state).toBe('stopped');
    expect(kind.lives(number)).toBe(false);
  });

  test('while the module loads ends at once', async () => {
    const slow = make(LoadsSlowly, besideServer());
    const starting = rejection(slow.start());
    const number = await numberOf(slow.loop);
    await slow.stop();
    expect(await starting).toMatchObject({ code: 'ERR_STOPPED' });
    expect(kind.lives(number)).toBe(false);
  });

  test('while factory() spins ends it by force', async () => {
    const spinning = make(Spins);
    const starting = rejection(spinning.start());
    const number = await numberOf(spinning.loop);
    await spinning.stop();
    expect(await starting).toBeInstanceOf(StoppedError);
    expect(kind.lives(number)).toBe(false);
  });

  test('frees a port that factory() has bound', async () => {
    const controller = make(ListensAndNeverSettles);
    const bound = once(controller, 'bound') as Promise<[number]>;
    const starting = rejection(controller.start());
    const [port] = await bound;
    await controller.stop();
    expect(await starting).toBeInstanceOf(StoppedError);
    await bindAndRelease(port);
  });

  test('on a loop that lives on leaves no server that listens later', async () => {
    const loop = kind.make();
    const port = await freePort();
    const echo = await make(EchoController, { loop }).start();
    const late = make(ListensLate, { loop, port });
    const later = once(late, 'listening later');
    const starting = rejection(late.start());
    await later;
    await late.stop();
    expect(await starting).toBeInstanceOf(StoppedError);
    await bindAndRelease(port);
    await echo.remote.spin(250);
    expect(await connectionError(port)).toBe('ECONNREFUSED');
    expect(await echoed(echo.port)).toBe('hello');
  });

  test.each([
    ['a server', ReturnsListeningLate],
    ['a bundle of one', ReturnsListeningBundleLate],
  ])(
    'on a loop that lives on closes what factory() returns later, listening: %s',
    async (_name, Late: typeof ReturnsListeningLate | typeof ReturnsListeningBundleLate) => {
      const loop = kind.make();
      const echo = await make(EchoController, { loop }).start();
      const late = make<ReturnsListeningLate | ReturnsListeningBundleLate>(Late, { loop });
      const bound = once(late, 'bound') as Promise<[number]>;
      const starting = rejection(late.start());
      const [port] = await bound;
      await late.stop();
      expect(await starting).toBeInstanceOf(StoppedError);
      await bindAndRelease(port);
      expect(await echoed(echo.port)).toBe('hello');
    },
  );

  test('that has just failed, on a loop that lives on, harms nobody', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const bad = make(Throws, { loop });
    const starting = rejection(bad.start());
    // The failure is there, and unheard.
    block(300);
    await bad.stop();
    expect(await starting).toBeInstanceOf(Error);
    expect(await echoed(echo.port)).toBe('hello');
    expect(echo.state).toBe('running');
  });

  test('on a loop that lives on drops a server that factory() returns later', async () => {
    const loop = kind.make();
    const echo = await make(EchoController, { loop }).start();
    const late = make(ReturnsLate, { loop });
    const starting = rejection(late.start());
    await echo.remote.loads();
    await late.stop();
    expect(await starting).toBeInstanceOf(StoppedError);
    await late.start();
    expect(await echoed(late.port)).toBe('hello');
  });

  test('never exceeds its bound, whatever the state', async () => {
    const rounds = kind.name === 'thread' ? inForm(60, 20) : 10;
    const echo = make(EchoController, { stopTimeout: 50 });
    for (let round = 0; round < rounds; round += 1) {
      const starting = echo.start().catch((error: unknown) => error);
      const pauses = Math.floor(Math.random() * 40);
      const wait = Math.random() < 0.5 ? Math.random() * 80 : 0;
      const again = Math.random() < 0.3;
      for (let pause = 0; pause < pauses; pause += 1) await new Promise((resolve) => setImmediate(resolve));
      if (wait > 0) await Promise.race([starting, new Promise((resolve) => setTimeout(resolve, wait))]);
      const since = performance.now();
      await Promise.all([echo.stop(), ...(again ? [echo.start().catch(() => undefined), echo.stop()] : [])]);
      const inTime = performance.now() - since < 50 + STOP_LEEWAY;
      const outcome = await starting;
      const told = outcome === echo || outcome instanceof StoppedError;
      // With what was drawn, since that is different each time.
      const drawn = { round, pauses, wait, again };
      expect({ ...drawn, inTime, state: echo.state, told }).toStrictEqual({ ...drawn, inTime: true, state: 'stopped', told: true });
    }
  });
});
