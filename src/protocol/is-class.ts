/**
 * What is a class, and so no function that could be called. Both sides; imports nothing.
 */

export function isClass(value: unknown): value is new (...args: unknown[]) => object {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}
