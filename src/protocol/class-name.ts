/**
 * What messages, and the other side, call a class. Both sides; imports nothing.
 */

/** Its name, also where a static member of its own by that name is no text; empty for a class without one. */
export function classNameOf(Class: object): string {
  const { name } = Class as { readonly name?: unknown };
  if (typeof name === 'string') return name;
  const [, written] = /^class\s+([\w$]+)/.exec(Function.prototype.toString.call(Class)) ?? [];
  return written ?? '';
}
