/**
 * Adds istanbul's counters of one run to those of another. Jest's outer realm; pure.
 */
import type { Counts, FileCounts, PackedCoverage, PackedFile } from '../../protocol/packed-coverage';

interface Position {
  readonly line: number;
  readonly column: number | null;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** What istanbul keeps for one file. */
export interface FileCoverage extends FileCounts {
  readonly path: string;
  readonly hash?: string;
  readonly statementMap: Record<string, Range>;
  readonly fnMap: Record<string, { readonly loc: Range }>;
  readonly branchMap: Record<string, { readonly loc: Range }>;
}

export type CoverageMap = Record<string, FileCoverage>;

/** By the numbers of the one, those of the other. */
interface Numbers {
  readonly statements: ReadonlyMap<string, string>;
  readonly functions: ReadonlyMap<string, string>;
  readonly branches: ReadonlyMap<string, string>;
}

/**
 * Adds in place: instrumented code holds on to the very objects of its file.
 * Two versions of a file, e.g. as CommonJS and as ES module, may number their statements differently: then the place decides.
 */
export function addCounts(into: CoverageMap, added: PackedCoverage): void {
  for (const [file, packed] of Object.entries(added)) {
    const known = into[file];
    if (known === undefined) into[file] = unpacked(packed);
    else if (known.hash !== undefined && known.hash === packed.hash) addFile(known, packed);
    else {
      const other = unpacked(packed);
      addFile(known, other, matchingNumbers(other, known));
    }
  }
}

function unpacked({ hash: _hash, shape, ...counts }: PackedFile): FileCoverage {
  return { ...(JSON.parse(shape) as Omit<FileCoverage, keyof FileCounts>), ...counts };
}

/** `numbers` where theirs differ, of each kind. */
function addFile(known: FileCoverage, added: FileCounts, numbers?: Numbers): void {
  add(known.s, added.s, numbers?.statements);
  add(known.f, added.f, numbers?.functions);
  add(known.b, added.b, numbers?.branches);
  if (known.bT !== undefined && added.bT !== undefined) add(known.bT, added.bT, numbers?.branches);
}

function matchingNumbers(from: FileCoverage, to: FileCoverage): Numbers {
  return {
    statements: matching(from.statementMap, to.statementMap, (range) => range),
    functions: matching(from.fnMap, to.fnMap, ({ loc }) => loc),
    branches: matching(from.branchMap, to.branchMap, ({ loc }) => loc),
  };
}

/** The number in `to` of each number in `from`. */
function matching<Entry>(from: Record<string, Entry>, to: Record<string, Entry>, locate: (entry: Entry) => Range): Map<string, string> {
  const places = new Map<string, string>();
  for (const [number, entry] of Object.entries(to)) places.set(placeOf(locate(entry)), number);
  const numbers = new Map<string, string>();
  for (const [number, entry] of Object.entries(from)) {
    const place = placeOf(locate(entry));
    const same = to[number];
    const match = same !== undefined && placeOf(locate(same)) === place ? number : places.get(place);
    if (match !== undefined) numbers.set(number, match);
  }
  return numbers;
}

function placeOf({ start, end }: Range): string {
  return `${String(start.line)}:${String(start.column)}-${String(end.line)}:${String(end.column)}`;
}

function add(into: Counts, added: Counts, numbers?: ReadonlyMap<string, string>): void {
  for (const [number, count] of Object.entries(added)) {
    const target = numbers === undefined ? number : numbers.get(number);
    if (target === undefined) continue;
    const known = into[target];
    if (typeof count === 'number') into[target] = (typeof known === 'number' ? known : 0) + count;
    else into[target] = count.map((part, index) => part + (Array.isArray(known) ? (known[index] ?? 0) : 0));
  }
}
