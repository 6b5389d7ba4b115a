/**
 * What is said of a test file on stderr, when it is over: the same thing once, with a count and the places that it is about. Jest's realm.
 */

/** How many places, or tests, are named one by one. */
const MOST_NAMED = 3;

interface Warning {
  readonly before: string;
  readonly after: string;
  count: number;
  readonly places: Set<string>;
  readonly tests: Set<string>;
}

export class Warnings {
  readonly #warnings = new Map<string, Warning>();

  /** What differs in nothing but `place`, which stands in `text`, and the `test` that started it is the same. */
  add(text: string, place: string | null = null, test?: string): void {
    const at = place === null ? -1 : text.indexOf(place);
    const [before, after] = place === null || at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + place.length)];
    // What a hook has started is not told with what a test has: the test would be named for both.
    const key = `${before}\0${after}\0${String(test === undefined)}`;
    let warning = this.#warnings.get(key);
    if (warning === undefined) this.#warnings.set(key, (warning = { before, after, count: 0, places: new Set(), tests: new Set() }));
    warning.count += 1;
    if (place !== null && at !== -1) warning.places.add(place);
    if (test !== undefined) warning.tests.add(test);
  }

  /** Says and forgets them. Test files run side by side, so one that names no place in `testPath`, as of a helper, is told with it. */
  print(testPath: string): void {
    for (const { before, after, count, places, tests } of this.#warnings.values()) {
      const text = `${before}${listPlaces([...places])}${after}${startedIn(...tests)}`;
      const where = text.includes(testPath) ? '' : `, in ${testPath}`;
      process.stderr.write(`jest-controller${times(count)}${where}: ${text}\n`);
    }
    this.#warnings.clear();
  }
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count.toString()} times the same)`;
}

/** `/app/a.test.ts:3:7, 9:7, 15:7 and 2 more`: those in the file of the first by their position. */
function listPlaces(places: readonly string[]): string {
  const [first = ''] = places;
  const file = first.replace(/\d+:\d+$/, '');
  return list(places.map((place, index) => (index > 0 && place.startsWith(file) ? place.slice(file.length) : place)));
}

/** A sentence about the tests in which something was started, to follow another; empty where none is known. */
export function startedIn(...known: readonly (string | undefined)[]): string {
  const tests = known.filter((test) => test !== undefined);
  if (tests.length === 0) return '';
  return ` Started in the ${tests.length === 1 ? 'test' : 'tests'} ${list(tests.map((test) => `"${test}"`))}.`;
}

function list(all: readonly string[]): string {
  const more = all.length - MOST_NAMED;
  return `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more.toString()} more` : ''}`;
}
