/**
 * The parts of Node's CommonJS loader that are public by long use, though not by its types. Server side.
 */
import type * as nodeModule from 'node:module';
import * as path from 'node:path';

export interface LoadedModule {
  exports: unknown;
  filename: string | null;
  loaded: boolean;
  /** The folders in which it looks for packages. */
  paths: string[];
  /** Runs code as this module; code that only reads as an ES module is run as one where Node can. */
  _compile(code: string, filename: string, format?: 'module' | 'commonjs'): unknown;
  require(request: string): unknown;
}

export type ExtensionHandler = (module: LoadedModule, filename: string) => void;

export interface ModuleInternals {
  _cache: Record<string, LoadedModule | undefined>;
  /** Where a file is, past all that only names of packages need; `false` where there is none. */
  _findPath(request: string, paths: readonly string[]): string | false;
  _extensions: Record<string, ExtensionHandler | undefined>;
  _load(request: string, parent: LoadedModule | null | undefined, isMain: boolean): unknown;
  _nodeModulePaths(folder: string): string[];
  _resolveLookupPaths(request: string, parent: LoadedModule): string[] | null;
  wrap(code: string): string;
  readonly prototype: Pick<LoadedModule, '_compile'>;
  _resolveFilename(request: string, parent: LoadedModule | null | undefined, isMain?: boolean, options?: unknown): string;
}

type ModuleClass = typeof nodeModule.Module;

/** The class that this thread's entry is an instance of. To load `node:module` for it would cost each start a quarter of a millisecond. */
function findModuleClass(): ModuleClass {
  const known: object = require.main?.constructor ?? {};
  return '_load' in known && 'isBuiltin' in known
    ? (known as unknown as ModuleClass)
    : (require('node:module') as typeof nodeModule).Module;
}

const Module = findModuleClass();

export const moduleInternals = Module as unknown as ModuleInternals;

/** Whether `import` can be hooked in this thread: Node 22.15, 23.5 and later. */
export const hasSyncHooks = 'registerHooks' in Module;

/** Whether `require` came to an ES module with an `await` at its top level, which only `import` loads. */
export function hasAwaitAtTop(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_REQUIRE_ASYNC_MODULE';
}

const resolveFilename = moduleInternals._resolveFilename.bind(moduleInternals);

/** Where Node finds what a file requires, past every hook of this package. @throws Node's own error */
export function resolveUnhooked(request: string, from: string): string {
  const paths = moduleInternals._nodeModulePaths(path.dirname(from));
  const parent: LoadedModule = Object.assign(new Module(from), { filename: from, paths }) as unknown as LoadedModule;
  return resolveFilename(request, parent, false);
}

/** `fs` for `node:fs`; undefined for what is no core module. */
export function coreName(specifier: string): string | undefined {
  if (!Module.isBuiltin(specifier)) return undefined;
  return specifier.startsWith('node:') && Module.isBuiltin(specifier.slice(5)) ? specifier.slice(5) : specifier;
}

/** Whether it is a module, and none of the objects with `paths` that some packages put together to resolve by. */
export function isModule(asker: unknown): asker is LoadedModule {
  return asker instanceof Module;
}

/** Whether a file has been required. */
export function isLoaded(file: string): boolean {
  return moduleInternals._cache[file] !== undefined;
}

/** Answers requests for a file with what `answer` gives when it is asked. */
export function answerWith(file: string, answer: () => unknown): void {
  const module = Object.assign(new Module(file), { filename: file, loaded: true, paths: [] });
  Object.defineProperty(module, 'exports', { get: answer, configurable: true, enumerable: true });
  moduleInternals._cache[file] = module as unknown as LoadedModule;
}
