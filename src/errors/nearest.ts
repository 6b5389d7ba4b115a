/**
 * Which of some known names a wrong one was most likely meant to be. Both sides; imports nothing.
 */

/** More slips than this are another word. */
const MOST_SLIPS = 3;

/** The known name that is nearest; undefined when none is near. Case does not count, and a beginning of one is near it. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wrong = name.toLowerCase();
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of known) {
    const right = candidate.toLowerCase();
    const begun = wrong.length >= 3 && right.startsWith(wrong);
    const count = begun ? 1 : slips(wrong, right);
    if (count >= fewest || count > Math.min(MOST_SLIPS, Math.max(1, Math.floor(right.length / 3)))) continue;
    best = candidate;
    fewest = count;
  }
  return best;
}

/** How many letters were left out, added, changed, or swapped with their neighbour on the way from one word to the other. */
function slips(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const changed = at(last, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
