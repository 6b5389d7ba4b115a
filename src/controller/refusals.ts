/**
 * What is refused of a controller's class before it is started. Test side.
 */
import { FactoryError, UsageError } from '../errors/errors';

/** @throws `FactoryError` for a class without the one method that it must have */
export function refuseMissingFactory(controller: object, name: string): void {
  if (typeof (controller as { factory?: unknown }).factory === 'function') return;
  throw new FactoryError(`${name} does not override factory(). Add a method factory() that returns a new server.`);
}

/**
 * TypeScript refuses such a field; in JavaScript the test would read it, on the idle twin, where it means the controller's own.
 * @throws `UsageError` for a field by the name of a getter of `base`, the prototype of all controllers
 */
export function refuseHidingFields(controller: object, base: object, name: string): void {
  const field = Object.keys(controller).find((key) => isAccessor(base, key) && !isAccessor(controller, key));
  if (field === undefined) return;
  throw new UsageError(
    `${name} has a field \`${field}\` of its own, which hides the \`${field}\` that each controller has. Give it another name; ` +
      'an option is given to the constructor.',
  );
}

function isAccessor(holder: object, name: string): boolean {
  return Object.getOwnPropertyDescriptor(holder, name)?.get !== undefined;
}
