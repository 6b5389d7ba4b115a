/**
 * What holds while the test blocks its own thread.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { InvalidOptionError, ReadyTimeoutError, RemoteError } from 'jest-controller';
import { EchoController } from '../fixtures/controllers/echo';
import { NeverSettles, Spins } from '../fixtures/controllers/factories';
import { block } from '../block';
import { echoed } from './clients';
import { describeEveryLoop } from '../loop/loops';
import { maker, rejection, thrown } from './made';

describeEveryLoop('a blocked test', (kind) => {
  const make = maker(() => kind.make());

  test('is no reason for a start to fail, whose modules it could not compile meanwhile', async () => {
    const loadTimeout = kind.name === 'thread' ? 1000 : 2500;
    const controller = make(EchoController, { loadTimeout });
    const starting = controller.start();
    block(loadTimeout + 700);
    await starting;
    expect(await echoed(controller.port)).toBe('hello');
  });

  test('starts anew by startSync() what has died meanwhile', () => {
    const controller = make(EchoController).startSync();
    const { number } = controller.loop;
    controller.remoteSync.exitSoon(1);
    let tries = 0;
    do {
      // Its end may have been heard with the answer already: then this is the start after a crash.
      block(25);
      controller.startSync();
      tries += 1;
    } while (controller.loop.number === number && tries < 2000);
    expect(controller.remoteSync.whereabouts().loop).not.toBe(number);
  });

  test('waits for the answer of a blocking call as long as `syncTimeout` says', async () => {
    const controller = await make(EchoController, { syncTimeout: 50 }).start();
    const error = thrown(() => {
      controller.remoteSync.spin(500);
    });
    expect(error).toBeInstanceOf(RemoteError);
    expect(error.message).toMatch(/spin did not answer the blocking call within 50 ms.*raise the option `syncTimeout`/);
  });

  test('hears in a blocking call that its server stops', async () => {
    const controller = await make(EchoController).start();
    const stopping = controller.stop();
    const callOn = (): never => {
      // The first may come in time.
      for (;;) controller.remoteSync.loads();
    };
    expect(thrown(callOn)).toMatchObject({ code: 'ERR_STOPPED' });
    await stopping;
  });

  test('ends by force in a blocking call what does not stop', async () => {
    const controller = await make(EchoController, { stopTimeout: 50 }).start();
    const spinning = once(controller, 'spinning');
    const call = rejection(controller.remote.spin(600_000));
    await spinning;
    const stopping = controller.stop();
    expect(thrown(() => controller.remoteSync.loads())).toMatchObject({ code: 'ERR_STOPPED' });
    expect(await stopping).toMatchObject({ forced: true, rung: 'terminated' });
    await call;
  });

  test('keeps in a blocking call the limit of the start of another on its loop', async () => {
    const loop = kind.make();
    const controller = await make(EchoController, { loop, syncTimeout: 600_000 }).start();
    // Its crash is expected.
    controller.once('crashed', () => undefined);
    const other = make(Spins, { loop, readyTimeout: 200 });
    const starting = rejection(other.start());
    const call = thrown(() => {
      for (;;) controller.remoteSync.loads();
    });
    const cause = { message: expect.stringMatching(/^EchoController went down with its loop, .* because Spins did not stop\./) };
    expect(call).toMatchObject({ code: 'ERR_SERVER_CRASHED', cause });
    expect(await starting).toBeInstanceOf(ReadyTimeoutError);
  });

  test('keeps the limit of a start by startSync() that has waited for a stop, though the loop is the same', async () => {
    const loop = kind.make();
    await make(EchoController, { loop }).start();
    const controller = make(NeverSettles, { loop, readyTimeout: 200 });
    const waiting = once(controller, 'about to wait');
    const starting = rejection(controller.start());
    await waiting;
    const stopping = controller.stop();
    expect(thrown(() => controller.startSync())).toBeInstanceOf(ReadyTimeoutError);
    await Promise.all([starting, stopping]);
  });
});

test.each([0, -1, '5s', Infinity])('a `syncTimeout` of %p is refused', (syncTimeout) => {
  const error = thrown(() => new EchoController(undefined, undefined, { syncTimeout: syncTimeout as number }));
  expect(error).toBeInstanceOf(InvalidOptionError);
  expect(error).toMatchObject({ option: 'syncTimeout' });
});
