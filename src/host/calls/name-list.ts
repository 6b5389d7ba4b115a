/**
 * Names as a message lists them. Server side; pure.
 */

/** How many a message lists. */
const MOST = 20;

/**
 * In the order given, without those that begin with an underscore where there are others. Of very many the last: an application that is
 * exported itself has dozens of its own, and what was added to it comes after them.
 */
export function listNames(names: readonly string[]): string {
  const open = names.filter((name) => !name.startsWith('_'));
  const all = open.length > 0 ? open : names;
  const left = all.length - MOST;
  return left > 0 ? `${all.slice(left).join(', ')} and ${left.toString()} more` : all.join(', ');
}
