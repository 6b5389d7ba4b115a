/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { ListensAndNeverSettles, NeverSettles, ReturnsLate } from '../fixtures/controllers/factories';
import { bindAndRelease, echoed, freePort } from './clients';
import { maker, numberOf, rejection } from './made';

describeEveryLoop('a start with an AbortSignal', (kind) => {
  const make = maker(() => kind.make());

  test("rejects with the signal's reason, and leaves no thread and no port", async () => {
    const controller = make(ListensAndNeverSettles);
    const aborter = new AbortController();
    const bound = once(controller, 'bound') as Promise<[number]>;
    const starting = rejection(controller.start({ signal: aborter.signal }));
    const number = await numberOf(controller.loop);
    const [port] = await bound;
    const reason = new Error('enough');
    aborter.abort(reason);
    expect(await starting).toBe(reason);
    expect(controller.state).toBe('stopped');
    expect(kind.lives(number)).toBe(false);
    await bindAndRelease(port);
  });

  test('ends a factory in order', async () => {
    const controller = make(ListensAndNeverSettles);
    const aborter = new AbortController();
    const bound = once(controller, 'bound');
    const givenUp = once(controller, 'given up');
    const starting = rejection(controller.start({ signal: aborter.signal }));
    await bound;
    aborter.abort('enough');
    await Promise.all([givenUp, starting]);
  });

  test('is followed by a start that waits until it is undone', async () => {
    const echo = make(EchoController);
    const aborter = new AbortController();
    const first = rejection(echo.start({ signal: aborter.signal }));
    aborter.abort('the first');
    const [second, third] = [echo.start(), echo.start()];
    expect(await first).toBe('the first');
    expect(await Promise.all([second, third])).toStrictEqual([echo, echo]);
    expect(await echoed(echo.port)).toBe('hello');
    await echo.stop();
    expect(echo.state).toBe('stopped');
  });

  test('that follows so is taken back by a stop', async () => {
    const echo = make(EchoController);
    const aborter = new AbortController();
    const first = rejection(echo.start({ signal: aborter.signal }));
    aborter.abort('the first');
    const second = rejection(echo.start());
    await echo.stop();
    expect(await first).toBe('the first');
    expect(await second).toMatchObject({ code: 'ERR_STOPPED' });
    expect(echo.state).toBe('stopped');
  });

  test('that is none is refused, and nothing is begun', async () => {
    const echo = make(EchoController);
    expect(await rejection(echo.start({ signal: 5 as never }))).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'signal' });
    expect(echo.state).toBe('idle');
  });

  test('that is none, among options that are none, is refused by the promise', async () => {
    const echo = make(EchoController);
    expect(await rejection(echo.start(null as never))).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'options' });
    expect(await rejection(echo.start({ timeout: 100 } as never))).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'timeout' });
    expect(echo.state).toBe('idle');
  });

  test('that is aborted when the server listens has come too late to end it', async () => {
    const echo = make(EchoController);
    const aborter = new AbortController();
    echo.once('ready', () => {
      aborter.abort('too late');
    });
    expect(await echo.start({ signal: aborter.signal })).toBe(echo);
    expect(echo.state).toBe('running');
  });

  test('that is aborted already makes no thread', async () => {
    const echo = make(EchoController);
    expect(await rejection(echo.start({ signal: AbortSignal.abort('never') }))).toBe('never');
    expect(echo.state).toBe('idle');
    expect(echo.loop.number).toBeNull();
  });

  test('lets one of two callers go, and goes on for the other', async () => {
    const controller = make(ReturnsLate);
    const aborter = new AbortController();
    const leaver = rejection(controller.start({ signal: aborter.signal }));
    const stayer = controller.start();
    aborter.abort('one leaves');
    expect(await leaver).toBe('one leaves');
    expect(await stayer).toBe(controller);
  });

  test('ends when the last of its callers has gone', async () => {
    const controller = make(NeverSettles);
    const aborters = [new AbortController(), new AbortController()];
    const callers = aborters.map(({ signal }) => rejection(controller.start({ signal })));
    aborters[0]?.abort('first');
    expect(await callers[0]).toBe('first');
    expect(controller.state).toBe('starting');
    aborters[1]?.abort('second');
    expect(await callers[1]).toBe('second');
    expect(controller.state).toBe('stopped');
  });

  test('does nothing to a server that runs when it is aborted', async () => {
    const aborter = new AbortController();
    const echo = await make(EchoController).start({ signal: aborter.signal });
    aborter.abort();
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('can be abandoned while it waits for a stop', async () => {
    const echo = await make(EchoController).start();
    const aborter = new AbortController();
    const stopping = echo.stop();
    const starting = rejection(echo.start({ signal: aborter.signal }));
    aborter.abort('changed my mind');
    expect(await starting).toBe('changed my mind');
    await stopping;
    expect(echo.state).toBe('stopped');
  });

  test('that a stop has cut cannot end the next start', async () => {
    const echo = make(EchoController);
    const aborter = new AbortController();
    const first = rejection(echo.start({ signal: aborter.signal }));
    const stopping = echo.stop();
    const second = echo.start();
    aborter.abort(new EvalError('too late'));
    expect(await first).toBeInstanceOf(Error);
    await stopping;
    expect(await second).toBe(echo);
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('can be started again after it was aborted', async () => {
    const port = await freePort();
    const echo = make(EchoController, { port });
    const aborter = new AbortController();
    const starting = rejection(echo.start({ signal: aborter.signal }));
    aborter.abort('later');
    expect(await starting).toBe('later');
    await echo.start();
    expect(await echoed(port)).toBe('hello');
  });
});
