/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { inForm } from '../form';
import { describeEveryLoop } from '../loop/loops';
import { EchoController } from '../fixtures/controllers/echo';
import { temporaryFolder } from '../temporary';
import { bindAndRelease, connectionError, echoed, freePort, heldPort } from './clients';
import { maker, rejection } from './made';

function socketPath(name = 'echo.sock'): string {
  return path.join(temporaryFolder(), name);
}

/** Whether this user may not bind the port. Containers often leave all ports to everybody. */
function isPrivileged(port: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return false;
  return port < Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
}

describeEveryLoop('an address', (kind) => {
  const make = maker(() => kind.make());

  test('with port 0 is the bound one while running, and two controllers differ', async () => {
    const [one, other] = [make(EchoController), make(EchoController)];
    expect([one.port, other.port]).toStrictEqual([0, 0]);
    await Promise.all([one.start(), other.start()]);
    expect(one.port).not.toBe(other.port);
    expect((await one.remote.whereabouts()).port).toBe(one.port);
    await one.stop();
    expect(one).toMatchObject({ port: 0, address: null, url: null, server: null });
  });

  test('with a fixed port survives many cycles', async () => {
    const echo = make(EchoController, { port: await freePort() });
    const cycles = kind.name === 'thread' ? inForm(50, 10) : 10;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await echo.start();
      await echo.stop();
    }
    expect(echo.state).toBe('stopped');
  });

  test('that the test itself holds is in use', async () => {
    const held = await heldPort();
    const error = await rejection(make(EchoController, { port: held.port }).start());
    await held.release();
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: held.port });
  });

  test('that another controller holds is in use, and free after its stop', async () => {
    const first = await make(EchoController).start();
    const second = make(EchoController, { port: first.port });
    expect(await rejection(second.start())).toMatchObject({ code: 'EADDRINUSE', port: first.port });
    expect(await echoed(first.port)).toBe('hello');
    await first.stop();
    await second.start();
    expect(await echoed(second.port)).toBe('hello');
  });

  test('that another process holds is in use', async () => {
    const code = `const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port));`;
    const other = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(other.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    const error = await rejection(make(EchoController, { port }).start());
    other.kill();
    await once(other, 'exit');
    expect(error).toMatchObject({ code: 'EADDRINUSE', port });
  });

  test.each([
    ['', /^tcp:\/\/localhost:\d+$/],
    ['0.0.0.0', /^tcp:\/\/127\.0\.0\.1:\d+$/],
    ['::', /^tcp:\/\/localhost:\d+$/],
    ['::1', /^tcp:\/\/\[::1\]:\d+$/],
    ['localhost', /^tcp:\/\/localhost:\d+$/],
    [undefined, /^tcp:\/\/127\.0\.0\.1:\d+$/],
  ])('on hostname %p has a url that a client can use', async (hostname, shape) => {
    const echo = make(EchoController, hostname === undefined ? {} : { hostname });
    const failure = await echo.start().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) {
      // A machine without IPv6 says so by a code of its own.
      expect(hostname).toContain(':');
      expect(failure).toMatchObject({ code: expect.stringMatching(/EADDRNOTAVAIL|EAFNOSUPPORT/) });
      return;
    }
    expect(echo.hostname).toBe(hostname ?? '127.0.0.1');
    expect(echo.url).toMatch(shape);
    const { hostname: host, port } = new URL(echo.url ?? '');
    expect(await echoed(Number(port), 'hello', host.replace(/[[\]]/g, ''))).toBe('hello');
  });

  test('that no resolver knows is ENOTFOUND', async () => {
    // A resolver without a network may take its time to say so.
    const nowhere = make(EchoController, { hostname: 'no-such-host.invalid', readyTimeout: 50_000 });
    expect(await rejection(nowhere.start())).toMatchObject({
      code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
      syscall: 'getaddrinfo',
    });
  });

  test('that is no address of this machine is EADDRNOTAVAIL', async () => {
    expect(await rejection(make(EchoController, { hostname: '192.0.2.1' }).start())).toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  (isPrivileged(1) ? test : test.skip)('with a privileged port is EACCES', async () => {
    expect(await rejection(make(EchoController, { port: 1 }).start())).toMatchObject({ code: 'EACCES' });
  });
});

describeEveryLoop('a Unix socket', (kind) => {
  const make = maker(() => kind.make());

  test('works, and its file is gone after stop', async () => {
    const file = socketPath();
    const echo = await make(EchoController, { path: file }).start();
    expect(echo).toMatchObject({ address: file, url: `unix:${file}`, port: 0 });
    expect(await echoed(file)).toBe('hello');
    await echo.stop();
    expect(existsSync(file)).toBe(false);
    await echo.start();
    expect(await echoed(file)).toBe('hello');
  });

  test('is gone after a crash', async () => {
    const file = socketPath();
    const echo = await make(EchoController, { path: file }).start();
    const crashed = once(echo, 'crashed');
    await echo.remote.throwSoon('bang');
    await crashed;
    await echo.stop();
    expect(existsSync(file)).toBe(false);
  });

  test('is gone after a forced stop', async () => {
    const file = socketPath();
    const echo = await make(EchoController, { path: file, stopTimeout: 100 }).start();
    const spinning = once(echo, 'spinning');
    const spin = rejection(echo.remote.spin(600_000));
    await spinning;
    expect(await echo.stop()).toMatchObject({ forced: true, rung: 'terminated' });
    await spin;
    expect(existsSync(file)).toBe(false);
  });

  test('replaces a file that a dead server left', async () => {
    const file = socketPath();
    const dying = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await once(dying, 'exit');
    expect(existsSync(file)).toBe(true);
    const echo = await make(EchoController, { path: file }).start();
    expect(await echoed(file)).toBe('hello');
    await echo.stop();
  });

  test('does not take the place of a live server, nor of a file that is none', async () => {
    const file = socketPath();
    const first = await make(EchoController, { path: file }).start();
    expect(await rejection(make(EchoController, { path: file }).start())).toMatchObject({ code: 'EADDRINUSE', address: file });
    expect(await echoed(file)).toBe('hello');
    await first.stop();
    writeFileSync(file, 'precious');
    expect(await rejection(make(EchoController, { path: file }).start())).toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(file)).toBe(true);
  });

  test('with an over-long path is an error, never another file', async () => {
    const file = socketPath(`${'x'.repeat(120)}.sock`);
    expect(await rejection(make(EchoController, { path: file }).start())).toMatchObject({ code: 'ENAMETOOLONG' });
    expect(await connectionError(file)).not.toBeUndefined();
  });
});

describeEveryLoop('a port', (kind) => {
  const make = maker(() => kind.make());

  test('is free at once when its server has stopped, failed, or crashed and stopped', async () => {
    const echo = await make(EchoController).start();
    const { port } = echo;
    await echo.stop();
    await bindAndRelease(port);
    await echo.start();
    const { port: second } = echo;
    const crashed = once(echo, 'crashed');
    await echo.remote.exitSoon(0);
    await crashed;
    await echo.stop();
    await bindAndRelease(second);
  });

  test('is the same again for a start in the very moment of a crash', async () => {
    const echo = await make(EchoController, { port: await freePort() }).start();
    for (let round = 0; round < 5; round += 1) {
      const again = new Promise((resolve, reject) => {
        echo.once('crashed', () => {
          echo.start().then(resolve, reject);
        });
      });
      await echo.remote.throwSoon('bang');
      await again;
    }
    expect(await echoed(echo.port)).toBe('hello');
  });
});
