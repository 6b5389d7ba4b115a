/**
 * What a module gives to make its server of: a controller of its class, or what it exports. Server side.
 */
import { classNameOf } from '../../protocol/class-name';
import type { ModuleTarget } from '../../protocol/messages';
import type { ServerAdapter, Source } from '../../server/types';
import type { Controller } from '../controller';
import { refuseOwnParameters } from './own-parameters';
import { pickExport } from './pick-export';

export interface Recipe {
  /** The controller whose factory makes it, where the module has a class. */
  readonly controller: Controller | undefined;
  /** The class's own. */
  readonly adapters: readonly ServerAdapter[];
  make(): unknown;
  /** Who makes it, for messages. */
  source(): Source;
}

export interface Module {
  readonly exported: unknown;
  readonly target: ModuleTarget;
}

/** `construct` makes the controller, where there is one to make. */
export function recipeOf({ exported, target }: Module, construct: (Class: new () => Controller) => Controller): Recipe {
  const picked = pickExport(exported, target);
  if (picked.kind === 'make') {
    return { controller: undefined, adapters: [], make: () => picked.make(), source: () => picked.source() };
  }
  const Class = picked.Class as unknown as (new () => Controller) & { readonly adapters?: readonly ServerAdapter[] };
  refuseWrongConstructor(Class);
  const controller = construct(Class);
  return {
    controller,
    adapters: Class.adapters ?? [],
    make: () => controller.factory(),
    source: () => ({ subject: `factory() of ${classNameOf(Class) || target.file}`, verb: 'returned' }),
  };
}

/** The constructor that is called is the first one that somebody has written; that of all controllers has no parameters here. */
function refuseWrongConstructor(Class: object): void {
  for (let at: unknown = Class; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    const text = Function.prototype.toString.call(at);
    const [, parameters] = /\bconstructor\s*\(\s*(\)?)/.exec(text) ?? [];
    if (parameters === undefined) continue;
    if (parameters === '') refuseOwnParameters(classNameOf(Class), text);
    return;
  }
}
