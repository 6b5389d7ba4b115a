/**
 * Brands: how `instanceof` holds for this package's classes across copies of it. Both sides; imports nothing.
 *
 * A Jest test and its environment load two copies of this package, in two realms, so a prototype chain proves nothing. Each branded
 * class carries a name on its prototype under a registered symbol, and its `Symbol.hasInstance` compares names.
 */

/** Where a branded class's prototype carries its names. */
export const BRANDS: unique symbol = Symbol.for('jest-controller.brands') as never;
/** Asked of an object that stands for another: which. */
export const STANDS_FOR: unique symbol = Symbol.for('jest-controller.stands-for') as never;

type AbstractClass = abstract new (...args: never[]) => object;

function brandsOf(value: unknown): readonly string[] {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return [];
  const brands: unknown = (value as { [BRANDS]?: unknown })[BRANDS];
  return Array.isArray(brands) ? (brands as string[]) : [];
}

/** Whether `value` is an instance of the branded class `name`, from whichever copy of the package. */
export function hasBrand(value: unknown, name: string): boolean {
  return brandsOf(value).includes(name);
}

/**
 * Gives `Class` the brand `name`, beside those that it inherits or is told to carry.
 * A subclass without a brand of its own keeps the ordinary, prototype-based `instanceof`.
 */
export function brand(Class: AbstractClass, name: string, alsoBrands: readonly string[] = []): void {
  const prototype = Class.prototype as object;
  const value = [...new Set([...brandsOf(prototype), ...alsoBrands, name])];
  Object.defineProperty(prototype, BRANDS, { value });
  Object.defineProperty(Class, Symbol.hasInstance, {
    value(this: unknown, instance: unknown): boolean {
      if (this === Class) return hasBrand(instance, name);
      const other = (instance as { [STANDS_FOR]?: unknown } | null | undefined)?.[STANDS_FOR];
      return Function.prototype[Symbol.hasInstance].call(this, other ?? instance);
    },
  });
}
