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
