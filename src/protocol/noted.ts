/**
 * Requests that are remembered, for a test that fails later. Both sides; pure.
 */

export interface Noted {
  /** The request, and what is known of it: `GET /users with 500`. */
  readonly line: string;
  /** When it was, in epoch milliseconds. */
  readonly time: number;
}

/** The lines of those that were at `since` (epoch ms) or later. */
export function linesSince(noted: readonly Noted[], since: number): string[] {
  return noted.filter(({ time }) => time >= since).map(({ line }) => line);
}

/** How many kinds of requests a message lists. */
const MOST_LISTED = 20;

/** As a message lists them, which a client that asks on and on leaves by the thousand: `GET /news (3 times), GET / and 5 more`. */
export function listLines(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const listed = [...counts].slice(0, MOST_LISTED);
  const more = listed.reduce((left, [, count]) => left - count, lines.length);
  const words = listed.map(([line, count]) => (count === 1 ? line : `${line} (${count.toString()} times)`)).join(', ');
  return more > 0 ? `${words} and ${more.toString()} more` : words;
}
