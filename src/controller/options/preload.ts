/**
 * Loads what the option `preload` names. Test side.
 */
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { ModuleLoadError } from '../../errors/errors';
import { surroundings } from '../surroundings';

/**
 * Loads a module in the test side's process; within Jest outside of the test's sandbox.
 * @param from the file from which the specifier is resolved
 * @throws {ModuleLoadError} when it is not there; what the module itself throws comes as itself
 */
export function preload(specifier: string, from: string): void {
  try {
    const around = surroundings();
    if (around === undefined) createRequire(path.resolve(from))(specifier);
    else around.preload(specifier, from);
  } catch (cause) {
    if (!isMissing(specifier, cause)) throw cause;
    throw new ModuleLoadError(
      `The module '${specifier}' of the option \`preload\` was not found from ${from}, the controller's module. ` +
        `Correct its name, or install the package.`,
      { cause },
    );
  }
}

/** Whether the module itself is not there, and not one that it asks for. */
function isMissing(specifier: string, error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'MODULE_NOT_FOUND' && String(message).split('\n', 1)[0]?.includes(`'${specifier}'`) === true;
}
