/**
 * Reads the text of functions and classes, as far as brackets and commas tell. Server side; pure.
 */
import type { Callable } from './members';

/** Comments and texts. There is one way only to read what is escaped: behind a quote that no other closes, each further way would double the time. */
const UNREAD = /\/\*[^]*?\*\/|\/\/.*|(['"`])(?:\\[^]|(?!\1)[^\\])*\1/g;

/** Code without comments and texts, which may hold any sign. */
export function withoutTexts(code: string): string {
  return code.replace(UNREAD, '');
}

/** The names of the parameters of `called`, up to one that takes all that is left. One that is taken apart has its own text for a name. */
export function parameterNames(called: unknown): string[] {
  if (typeof called !== 'function') return [];
  const text = withoutTexts(Function.prototype.toString.call(called as Callable));
  const [, single] = /^(?:async\s+)?([\w$]+)\s*=>/.exec(text) ?? [];
  if (single !== undefined) return [single];
  const written = listAfter(text, text.indexOf('(')).map(withoutDefault);
  const rest = written.findIndex((name) => name === '' || name.startsWith('...'));
  return rest === -1 ? written : written.slice(0, rest);
}

/** A parameter as it is written, or what it is taken apart by, without what stands in for it. */
export function withoutDefault(parameter: string): string {
  const written = parameter.trim();
  // Defaults inside of it belong to it.
  return /^[{[]/.test(written) ? written.slice(0, closingAfter(written, 0) + 1) : written.replace(/=[^]*/, '').trim();
}

/** What stands between the bracket at `opening` and the one that closes it, parted by the commas that are in no other; nothing without it (-1). */
export function listAfter(text: string, opening: number): string[] {
  if (opening === -1) return [];
  const end = closingAfter(text, opening);
  const items: string[] = [];
  let start = opening + 1;
  for (let at = start; at <= end; at += 1) {
    const sign = text.charAt(at);
    if (at === end || sign === ',') {
      items.push(text.slice(start, at));
      start = at + 1;
    } else if (OPENING.includes(sign)) at = closingAfter(text, at);
  }
  return items;
}

const OPENING = '([{';
const CLOSING = ')]}';

/** Where the bracket at `opening` is closed; the end of a text in which it is not. */
export function closingAfter(text: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (OPENING.includes(sign)) depth += 1;
    else if (CLOSING.includes(sign)) depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}
