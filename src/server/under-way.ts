/**
 * What is known of starts that are under way, should they never come to an end. Server side.
 */
import { ownerOfThis } from './traffic/ledger';

/** Says in a sentence or two why it may not come to its end. */
type Tell = () => string;

interface Entry {
  /** In whose name. */
  readonly owner: unknown;
  readonly tell: Tell;
}

const underWay = new Set<Entry>();

/** What is known of a start in the name of whose code runs, until the end that is given is called. */
export function begins(tell: Tell): () => void {
  const entry = { owner: ownerOfThis(), tell };
  underWay.add(entry);
  return () => {
    underWay.delete(entry);
  };
}

/** What is known of those in the name of `owner`. */
export function knownOf(owner: unknown): string[] {
  return [...underWay].filter((entry) => entry.owner === owner).map(({ tell }) => tell());
}
