/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { maker } from '../controller/made';
import { HostileController } from '../fixtures/reliability/hostile';
import { describeEveryLoop } from '../loop/loops';

/** The TCP sockets that processes listen on, as Linux writes their addresses, e.g. `0100007F:1F90`. */
function listening(...pids: readonly number[]): string[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inode !== undefined && inodes.has(inode))
      .map(([, address]) => address ?? ''),
  );
}

function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid.toString()}/fd`).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid.toString()}/fd/${name}`))?.[1] ?? [];
    } catch {
      // Closed meanwhile; it was the one that lists the others.
      return [];
    }
  });
}

(process.platform === 'linux' ? describeEveryLoop : (): void => undefined)('what listens', (kind) => {
  const make = maker(() => kind.make());

  test('is the server alone, on the loopback address', async () => {
    const before = listening(process.pid);
    const server = await make(HostileController).start();
    const pids = kind.name === 'process' ? [process.pid, server.loop.number ?? 0] : [process.pid];
    const port = server.port.toString(16).toUpperCase().padStart(4, '0');
    expect(listening(...pids).filter((address) => !before.includes(address))).toStrictEqual([`0100007F:${port}`]);
  });
});
