/**
 * Coverage of a server that goes on: what came since the last time it was asked for. The holder's process.
 */
import type { HostCoverage } from '../../protocol/messages';
import type { Counts, PackedCoverage, PackedFile } from '../../protocol/packed-coverage';
import { coverageOfThread } from '../coverage/coverage-of-thread';
import { COVERAGE_PATIENCE } from './coverage-patience';

/** What gives, at each call, what the thread has covered since the one before. V8 counts anew after each; istanbul's counters go on. */
export function coverageSince(thread: number): () => Promise<HostCoverage | undefined> {
  let before: PackedCoverage = {};
  return async () => {
    const coverage = await coverageOfThread(thread, COVERAGE_PATIENCE);
    if (coverage?.provider !== 'babel') return coverage;
    const map = coverage.map as PackedCoverage;
    const added = Object.entries(map).filter(([file, counts]) => hasMore(counts, before[file]));
    const rest = Object.fromEntries(added.map(([file, counts]) => [file, less(counts, before[file])]));
    before = map;
    return { provider: 'babel', map: rest };
  };
}

/** Whether a file is new, or has run since; of a large application most have not. */
function hasMore({ s, f, b }: PackedFile, before: PackedFile | undefined): boolean {
  return before === undefined || JSON.stringify([s, f, b]) !== JSON.stringify([before.s, before.f, before.b]);
}

function less(coverage: PackedFile, before: PackedFile | undefined): PackedFile {
  if (before === undefined) return coverage;
  const { s, f, b, bT } = coverage;
  const rest = { ...coverage, s: lessEach(s, before.s), f: lessEach(f, before.f), b: lessEach(b, before.b) };
  return bT === undefined ? rest : { ...rest, bT: lessEach(bT, before.bT ?? {}) };
}

function lessEach(counts: Counts, before: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([number, count]) => [number, lessOne(count, before[number])]));
}

function lessOne(count: number | number[], before: number | number[] | undefined): number | number[] {
  if (typeof count === 'number') return count - (typeof before === 'number' ? before : 0);
  return count.map((part, index) => part - (Array.isArray(before) ? (before[index] ?? 0) : 0));
}
