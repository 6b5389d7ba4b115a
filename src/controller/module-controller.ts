/**
 * A controller without a class: of a module that exports an app, a server, or what makes one. Test side.
 */
import { unexpected } from '../errors/unexpected';
import type { ModuleTarget } from '../protocol/messages';
import { Controller } from './controller';
import { TARGET } from './internals';
import type { ControllerOptions } from './options/options';
import type { ServerLike } from './server-like';

/** What such a controller is told: the options, and beside them what a class would take as arguments. */
export interface ModuleControllerOptions extends ControllerOptions<unknown> {
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
  /** Which export to take. @default the default export, else the only one */
  readonly export?: string | undefined;
}

export class ModuleController extends Controller<unknown> {
  readonly #target: ModuleTarget;

  constructor(target: ModuleTarget, { hostname, port, ...options }: Omit<ModuleControllerOptions, 'export'>) {
    super(hostname, port, options);
    this.#target = target;
  }

  override [TARGET](): ModuleTarget {
    return this.#target;
  }

  /** Never called here: the module itself stands for it on the server side. */
  override factory(): ServerLike {
    return this.#target;
  }
}

/** @throws {InvalidOptionError} unless it is a string that is not empty */
export function checkExportName(name: unknown): void {
  if (typeof name !== 'string' || name === '') throw unexpected('export', 'the name of an export', name);
}

/** A controller of the module `file`, named `name` in messages. */
export function makeModuleController(
  file: string,
  name: string,
  { export: exported, ...options }: ModuleControllerOptions,
): ModuleController {
  if (exported !== undefined) checkExportName(exported);
  class Named extends ModuleController {
    // No user's class: there is nothing to look for among the loaded modules.
    static override readonly module = __filename;
  }
  // The name of the class is the name of the controller. A compiler of the project's may take one from an expression that moves static fields.
  Object.defineProperty(Named, 'name', { value: name, configurable: true });
  return new Named({ file, form: 'module', export: exported }, options);
}
