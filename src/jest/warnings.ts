/**
 * What is said of a test file on stderr, when it is over: the same thing once, with a count. Jest's realm.
 */

export class Warnings {
  readonly #counts = new Map<string, number>();

  add(text: string): void {
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  /** Says and forgets them. */
  print(): void {
    for (const [text, count] of this.#counts) process.stderr.write(`jest-controller${times(count)}: ${text}\n`);
    this.#counts.clear();
  }
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count.toString()} times the same)`;
}
