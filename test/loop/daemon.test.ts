/**
 * What becomes of the background when its own process goes: every way to go, with each kind of loop.
 */
import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { everything, inForm } from '../form';
import { connectionError } from '../controller/clients';
import { temporaryFolder } from '../temporary';

const PARENT = path.join(__dirname, '..', 'fixtures', 'processes', 'parent.cjs');

interface Family {
  readonly pid: number;
  /** The server's process. */
  readonly child: number;
  readonly port: number;
  readonly exited: Promise<unknown[]>;
}

async function family(...args: string[]): Promise<Family> {
  const parent = spawn(process.execPath, [PARENT, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(parent, 'exit');
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  return { ...(JSON.parse(line) as Omit<Family, 'exited'>), exited };
}

/** Resolves when there is no process of that number; the test's own limit is the bound. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(['thread', 'process'])('a server in a %s', (kind) => {
  test('that was forgotten does not keep its process alive', async () => {
    const { exited, child, port } = await family(kind, 'forget');
    expect(await exited).toStrictEqual([0, null]);
    await gone(child);
    expect(await connectionError(port)).toBe('ECONNREFUSED');
  });

  test.each(inForm<NodeJS.Signals[]>(['SIGINT', 'SIGTERM', 'SIGKILL'], ['SIGKILL']))('ends with a process that gets %s', async (signal) => {
    const { exited, pid, child, port } = await family(kind, 'stay');
    process.kill(pid, signal);
    expect(await exited).toStrictEqual([null, signal]);
    await gone(child);
    expect(await connectionError(port)).toBe('ECONNREFUSED');
  });

  if (!everything) return;

  test('ends with a process that exits', async () => {
    const { exited, child } = await family(kind, 'exit');
    expect(await exited).toStrictEqual([0, null]);
    await gone(child);
  });

  test('ends with a process that dies of an error', async () => {
    const { exited, child } = await family(kind, 'throw');
    expect(await exited).toStrictEqual([1, null]);
    await gone(child);
  });

  test('ends with a process that is killed while the server spins', async () => {
    const { exited, pid, child } = await family(kind, 'spin-and-stay');
    process.kill(pid, 'SIGKILL');
    await exited;
    await gone(child);
  });
});

test('a killed process leaves no socket file of a server in a process of its own', async () => {
  const socket = path.join(temporaryFolder(), 's');
  const { exited, pid, child } = await family('process', 'stay', socket);
  expect(existsSync(socket)).toBe(true);
  process.kill(pid, 'SIGKILL');
  await exited;
  await gone(child);
  expect(existsSync(socket)).toBe(false);
});

test('a stale socket file of a server in a killed thread is replaced at the next start', async () => {
  const socket = path.join(temporaryFolder(), 's');
  const first = await family('thread', 'stay', socket);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await family('thread', 'exit', socket);
  expect(await second.exited).toStrictEqual([0, null]);
});
