/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { StoppedError } from 'jest-controller';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { echoed, heldPort } from './clients';
import { maker, rejection } from './made';

describeEveryLoop('restart', (kind) => {
  const make = maker(() => kind.make());

  test('keeps the bound port though 0 was asked for, and resolves to the controller', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    expect(await echo.restart()).toBe(echo);
    expect(echo.port).toBe(port);
    expect(await echoed(port)).toBe('hello');
  });

  test('makes a new instance each time', async () => {
    const echo = await make(EchoController).start();
    await echoed(echo.port);
    expect(await echo.remote.connections).toBe(1);
    await echo.restart();
    expect(await echo.remote.connections).toBe(0);
  });

  test('keeps the port when others start and restart at the same time', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    await Promise.all([echo.restart(), echo.start(), echo.restart()]);
    expect(echo.port).toBe(port);
    await echo.stop();
    const held = await heldPort(port);
    // A start of its own asks for no port.
    await echo.start();
    await held.release();
    expect(echo.port).not.toBe(port);
  });

  test('starts a controller that was never started', async () => {
    const echo = await make(EchoController).restart();
    expect(await echoed(echo.port)).toBe('hello');
  });

  test('keeps the port also where a stop takes back the restart before it', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    const first = rejection(echo.restart());
    const stopping = echo.stop();
    const second = echo.restart();
    expect(await first).toBeInstanceOf(StoppedError);
    await Promise.all([stopping, second]);
    expect(echo.port).toBe(port);
  });

  test('keeps the port also where it cuts the start of the restart before it', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    const first = rejection(echo.restart());
    await once(echo, 'stopped');
    // In a turn of the event loop all promises are settled; no server comes up in one.
    await new Promise((resolve) => setImmediate(resolve));
    expect(echo.state).toBe('starting');
    await echo.restart();
    expect(await first).toBeInstanceOf(StoppedError);
    expect(echo.port).toBe(port);
  });

  test('is taken back by a stop', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    const restarting = rejection(echo.restart());
    await echo.stop();
    expect(echo.state).toBe('stopped');
    expect(await restarting).toBeInstanceOf(StoppedError);
    // Nor does it leave its port to the next start.
    const held = await heldPort(port);
    await echo.start();
    await held.release();
    expect(echo.port).not.toBe(port);
    await echo.stop();
    const again = rejection(echo.restart());
    echo.stopSync();
    expect(await again).toBeInstanceOf(StoppedError);
    expect(echo.state).toBe('stopped');
  });

  test('works after a crash, on the same port', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    const crashed = once(echo, 'crashed');
    await echo.remote.throwSoon('bang');
    await crashed;
    expect(echo.state).toBe('crashed');
    await echo.restart();
    expect(echo).toMatchObject({ state: 'running', port, error: undefined });
    expect(await echoed(port)).toBe('hello');
  });

  test('says so when the port was taken meanwhile', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    await echo.stop();
    const held = await heldPort(port);
    try {
      expect(await rejection(echo.restart())).toMatchObject({ code: 'EADDRINUSE', port });
    } finally {
      await held.release();
    }
  });

  test('has no port to keep after an ordinary start in between', async () => {
    const echo = await make(EchoController).start();
    await echo.stop();
    expect(echo.port).toBe(0);
    await echo.start();
    expect(echo.port).toBeGreaterThan(0);
  });
});
