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
 * TypeScript refuses such a member; in JavaScript the test would read it, on the idle twin, where it means the controller's own. A getter of
 * the class's may take the place of one.
 * @throws `UsageError` for a field or a method by the name of a getter of `base`, the prototype of all controllers
 */
export function refuseHidingMembers(controller: object, base: object, name: string): void {
  for (let holder: unknown = controller; isObject(holder) && holder !== base; holder = Object.getPrototypeOf(holder)) {
    const owner: object = holder;
    const member = Object.getOwnPropertyNames(owner).find((key) => isAccessor(base, key) && !isAccessor(owner, key));
    if (member === undefined) continue;
    throw new UsageError(
      `${name} has a ${owner === controller ? 'field' : 'method'} \`${member}\` of its own, which hides the \`${member}\` that each ` +
        'controller has. Give it another name; an option is given to the constructor.',
    );
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isAccessor(holder: object, name: string): boolean {
  return Object.getOwnPropertyDescriptor(holder, name)?.get !== undefined;
}
