/**
 * Adds istanbul's counters of one run to those of another. Jest's outer realm; pure.
 */

interface Position {
  readonly line: number;
  readonly column: number | null;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

type Counts = Record<string, number | number[]>;

/** What istanbul keeps for one file. */
export interface FileCoverage {
  readonly path: string;
  readonly hash?: string;
  readonly statementMap: Record<string, Range>;
  readonly fnMap: Record<string, { readonly loc: Range }>;
  readonly branchMap: Record<string, { readonly loc: Range }>;
  readonly s: Counts;
  readonly f: Counts;
  readonly b: Counts;
  readonly bT?: Counts;
}

export type CoverageMap = Record<string, FileCoverage>;

/**
 * Adds in place: instrumented code holds on to the very objects of its file.
 * Two versions of a file, e.g. as CommonJS and as ES module, may number their statements differently: then the place decides.
 */
export function addCounts(into: CoverageMap, added: CoverageMap): void {
  for (const [file, coverage] of Object.entries(added)) {
    const known = into[file];
    if (known === undefined) {
      into[file] = coverage;
      continue;
    }
    add(
      known.s,
      coverage.s,
      matching(coverage.statementMap, known.statementMap, (range) => range),
    );
    add(
      known.f,
      coverage.f,
      matching(coverage.fnMap, known.fnMap, ({ loc }) => loc),
    );
    const branches = matching(coverage.branchMap, known.branchMap, ({ loc }) => loc);
    add(known.b, coverage.b, branches);
    if (known.bT !== undefined && coverage.bT !== undefined) add(known.bT, coverage.bT, branches);
  }
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

function add(into: Counts, added: Counts, numbers: ReadonlyMap<string, string>): void {
  for (const [number, count] of Object.entries(added)) {
    const target = numbers.get(number);
    if (target === undefined) continue;
    const known = into[target];
    if (typeof count === 'number') into[target] = (typeof known === 'number' ? known : 0) + count;
    else into[target] = count.map((part, index) => part + (Array.isArray(known) ? (known[index] ?? 0) : 0));
  }
}
