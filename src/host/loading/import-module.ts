/**
 * `import()` for the host. Server side. It stays a file of its own, out of the host's joined code: a script that V8 takes from compiled code
 * of another thread has lost what Node needs to answer `import()` (ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING).
 */
import { pathToFileURL } from 'node:url';

/** The namespace of the module in a file. */
export function importModule(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href) as Promise<unknown>;
}
