import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { temporaryFolder } from '../temporary';
import { listen } from './in-process';

const directory = temporaryFolder();
const path = join(directory, 'server.sock');

afterEach(() => {
  rmSync(path, { force: true });
});

test('the socket file is gone when the server has stopped', async () => {
  const running = await listen(createServer(), { path });
  expect(existsSync(path)).toBe(true);
  await running.close({ timeout: 100 });
  expect(existsSync(path)).toBe(false);
});

test('a file that a dead server left behind is replaced', async () => {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(existsSync(path)).toBe(true);
  const running = await listen(createServer(), { path });
  expect(running).toMatchObject({ address: path, url: `unix:${path}` });
  await running.close({ timeout: 100 });
});

test('the socket of a live server is in use', async () => {
  const first = await listen(createServer(), { path });
  await expect(listen(createServer(), { path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close({ timeout: 100 });
});

test('a file that is no socket is left alone', async () => {
  writeFileSync(path, 'precious');
  await expect(listen(createServer(), { path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

test('a path that is too long for the system is an error, never cut', async () => {
  const long = join(directory, 'x'.repeat(120));
  await expect(listen(createServer(), { path: long })).rejects.toMatchObject({ code: 'ENAMETOOLONG', path: long });
});
