/**
 * Names in a sentence. Jest's realm; pure.
 */

/** `a, b and c`. */
export function inWords(texts: readonly string[]): string {
  return [...(texts.length > 1 ? [texts.slice(0, -1).join(', ')] : []), ...texts.slice(-1)].join(' and ');
}
