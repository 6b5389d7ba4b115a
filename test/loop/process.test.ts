/**
 * @jest-environment jest-controller/environment
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { ProcessLoop, RemoteError, ServerCrashedError, transfer } from 'jest-controller';
import { maker, rejection } from '../controller/made';
import { inheritedFlags } from '../../src/loop/process-loop';
import { NativeController } from '../fixtures/processes/native';
import { temporaryFolder } from '../temporary';

test.each([
  [['--test-reporter', 'spec', '--no-warnings'], ['--no-warnings']],
  [
    ['--conditions', 'x', '--test-name-pattern', 'y', '--watch-kill-signal', 'SIGINT'],
    ['--conditions', 'x'],
  ],
  [
    ['--inspect=0', '--inspect-port', '0', '-e', 'code', '-r', 'tsx', '--watch'],
    ['-r', 'tsx'],
  ],
])('of the flags %j a process inherits %j', (flags, inherited) => {
  expect(inheritedFlags(flags)).toStrictEqual(inherited);
});

describe('a process loop', () => {
  const directory = temporaryFolder();
  const make = maker(() => new ProcessLoop());
  const started = (options = {}, data = {}): Promise<NativeController> => make(NativeController, { data, ...options }).start();

  afterEach(() => {
    for (const name of ['exit', 'socket']) rmSync(path.join(directory, name), { force: true });
  });

  test('runs the server in another process, whose number it knows', async () => {
    const loop = new ProcessLoop();
    const native = await started({ loop });
    expect(await native.remote.pid()).toBe(loop.pid);
    expect(loop.pid).not.toBe(process.pid);
    await native.stop();
    expect(loop.pid).toBeNull();
  });

  test('lets the server change its directory, which stays its own affair', async () => {
    const before = process.cwd();
    expect(await (await started()).remote.changeDirectory(directory)).toBe(directory);
    expect(process.cwd()).toBe(before);
  });

  test('starts in the directory that it was given', async () => {
    const native = await started({ loop: new ProcessLoop({ cwd: directory }) });
    expect(await native.remote.changeDirectory('.')).toBe(directory);
  });

  test('runs the exit handlers of the server at stop', async () => {
    const exitFile = path.join(directory, 'exit');
    await (await started({}, { exitFile })).stop();
    expect(readFileSync(exitFile, 'utf8')).toBe('exit 0');
  });

  test('lets the server handle signals', async () => {
    const native = await started();
    const signalled = once(native, 'signalled');
    process.kill(await native.remote.pid(), 'SIGUSR2');
    expect(await signalled).toStrictEqual(['SIGUSR2']);
    expect(native.state).toBe('running');
  });

  test('captures what is written past the streams of Node', async () => {
    const native = await started();
    expect(await native.waitForLog(/past the streams/)).toMatchObject({ stream: 'stdout', text: 'written past the streams' });
  });

  test('says by which signal a server died', async () => {
    const native = await started();
    const crashed = once(native, 'crashed');
    const pending = native.remote.die('SIGTERM');
    const [error] = (await crashed) as [Error];
    expect(error).toBeInstanceOf(ServerCrashedError);
    expect(error.message).toMatch(/ended by the signal SIGTERM/);
    await pending.catch(() => undefined);
  });

  test('outlives a server that fills its heap', async () => {
    const native = await started({ loop: new ProcessLoop({ execArgv: ['--max-old-space-size=40'] }) });
    native.once('crashed', () => undefined);
    const error = await rejection(native.remote.fillTheHeap());
    expect(error).toMatchObject({ code: 'ERR_SERVER_CRASHED', message: expect.stringMatching('out of memory') as unknown });
  });

  test('gives the process the flags that it was given', async () => {
    const native = await started({ loop: new ProcessLoop({ execArgv: ['--no-deprecation'] }) });
    expect(await native.remote.flags()).toStrictEqual(['--no-deprecation']);
  });

  test('carries megabytes both ways', async () => {
    const native = await started();
    expect(await native.remote.size(new Uint8Array(5_000_000))).toBe(5_000_000);
    expect(await native.remote.bytes(3_000_000)).toHaveLength(3_000_000);
  });

  test('refuses what only a thread can be handed, and goes on', async () => {
    const native = await started();
    const { port1 } = new MessageChannel();
    const error = await rejection(native.remote.take(transfer({ port1 }, [port1])));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error.message).toMatch(/runs in another process/);
    expect(await native.remote.take({ fine: true })).toStrictEqual(['fine']);
  });

  test('leaves no socket file, however the process ended', async () => {
    const socket = path.join(directory, 'socket');
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const native = await started({ path: socket });
      expect(existsSync(socket)).toBe(true);
      const crashed = once(native, 'crashed');
      native.remote.die(signal).catch(() => undefined);
      await crashed;
      expect(existsSync(socket)).toBe(false);
      await native.stop();
    }
  });

  // Linux has sockets without a file, whose names begin so.
  (process.platform === 'linux' ? test : test.skip)('says by which signal a server died that listened without a file', async () => {
    const native = await started({ path: `\0jest-controller-${process.pid.toString()}` });
    const crashed = once(native, 'crashed');
    native.remote.die('SIGKILL').catch(() => undefined);
    expect(await crashed).toMatchObject([{ message: expect.stringContaining('ended by the signal SIGKILL') }]);
  });

  test.each(['SIGKILL', 'SIGABRT'] as const)('has crashed where %s ends it while it is being stopped', async (signal) => {
    const native = await started();
    native.once('crashed', () => undefined);
    native.remote.die(signal).catch(() => undefined);
    expect(await native.stop()).toMatchObject({ forced: false, rung: 'none' });
    expect(native.error).toMatchObject({ code: 'ERR_SERVER_CRASHED', message: expect.stringContaining(`ended by the signal ${signal}`) });
  });

  test('ends a process that spins, and says that it had to', async () => {
    const native = await started({ stopTimeout: 50 });
    const pid = await native.remote.pid();
    await native.remote.spin();
    expect(await native.stop()).toMatchObject({ forced: true, rung: 'terminated' });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('blames the flags for a process that ends before anything is loaded', async () => {
    const loop = new ProcessLoop({ execArgv: ['--no-such-flag'] });
    const reason = await rejection(make(NativeController, { loop, data: {} }).start());
    expect((reason as Error).message).toMatch(
      /exited with code 9 before it was ready, in phase boot\. Correct what Node was started with: .*bad option: --no-such-flag/s,
    );
  });

  test('rejects with the reason why there is no process', async () => {
    const cwd = path.join(directory, 'nowhere');
    const reason = await rejection(make(NativeController, { loop: new ProcessLoop({ cwd }), data: {} }).start());
    expect(reason).toMatchObject({ code: 'ENOENT' });
    // Node blames its own executable.
    expect((reason as Error).message).toMatch(/^spawn .* ENOENT: .*nowhere, where it was to start, is not there\. Correct `cwd`\.$/);
  });

  test('starts and stops blocking', () => {
    const native = make(NativeController, { data: {} });
    native.startSync();
    expect(native.remoteSync.pid()).toBe(native.loop.number);
    expect(native.stopSync()).toMatchObject({ forced: false });
  });
});
