/** What a process holds: measured often, and judged at the end. Linux tells threads and files; elsewhere they are left out. */
import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

// Their handles, where they are pipes, are made when they are first asked for, and are no growth.
for (const stream of ['stdout', 'stderr']) void process[stream];

export async function measure() {
  globalThis.gc?.();
  // What has just been closed is let go of in the next turns.
  for (let turns = 0; turns < 5; turns += 1) await turn();
  const count = (folder) => {
    try {
      return readdirSync(folder).length;
    } catch {
      return 0;
    }
  };
  const { rss, heapUsed } = process.memoryUsage();
  return {
    handles: process.getActiveResourcesInfo().length,
    threads: count('/proc/self/task'),
    files: count('/proc/self/fd'),
    heapMb: Math.round(heapUsed / 1e5) / 10,
    rssMb: Math.round(rss / 1e5) / 10,
  };
}

/** Throws when anything but memory has grown since the first measurement, or memory since the first half by more than `mb`. */
export function judge(measurements, mb = 20) {
  const first = measurements[0];
  const last = measurements.at(-1);
  for (const gauge of ['handles', 'threads', 'files']) {
    if (last[gauge] > first[gauge]) throw new Error(`${gauge} grew from ${first[gauge]} to ${last[gauge]}`);
  }
  const half = measurements.slice(0, Math.ceil(measurements.length / 2));
  const highest = Math.max(...half.map(({ rssMb }) => rssMb));
  if (last.rssMb > highest + mb) throw new Error(`The resident size grew from ${highest} MB in the first half to ${last.rssMb} MB`);
}
