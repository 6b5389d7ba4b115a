/**
 * What `console.log(controller)` prints: where it is in its life, instead of the insides of an event emitter, and of its class's fields, which are
 * idle here. Test side.
 */
import { inspect, type InspectOptionsStylized } from 'node:util';
import { TRACKED } from './internals';
import type { TrackedController } from './surroundings';

interface Inspected {
  readonly url: string | null;
  readonly address: unknown;
  readonly [TRACKED]: TrackedController;
}

/** Shows what inherits from `prototype` by its state; a class's own `[inspect.custom]()` comes before that. */
export function showByState(prototype: object): void {
  Object.defineProperty(prototype, inspect.custom, { value: inspected, configurable: true, writable: true });
}

function inspected(this: Inspected, depth: number, options: InspectOptionsStylized): unknown {
  // A prototype is nobody's server.
  if (Object.hasOwn(this, 'constructor')) return this;
  const { name } = this[TRACKED];
  if (depth < 0) return options.stylize(`[${name}]`, 'special');
  const { depth: levels } = options;
  return `${name} ${inspect(fieldsOf(this), { ...options, depth: typeof levels === 'number' ? levels - 1 : (levels ?? null) })}`;
}

function fieldsOf(controller: Inspected): object {
  const { state, error } = controller[TRACKED];
  return {
    state,
    // Only now: who reads it early may be told so.
    ...(state === 'running' ? whereItIs(controller) : {}),
    ...(state === 'crashed' ? { error } : {}),
  };
}

function whereItIs({ url, address }: Inspected): object {
  return url === null ? { address } : { url };
}
