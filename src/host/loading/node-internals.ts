/**
 * The parts of Node's CommonJS loader that are public by long use, though not by its types. Server side.
 */
import * as nodeModule from 'node:module';
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
  _extensions: Record<string, ExtensionHandler | undefined>;
  _load(request: string, parent: LoadedModule | null | undefined, isMain: boolean): unknown;
  _nodeModulePaths(folder: string): string[];
  _resolveLookupPaths(request: string, parent: LoadedModule): string[] | null;
  readonly prototype: Pick<LoadedModule, '_compile'>;
  _resolveFilename(request: string, parent: LoadedModule | null | undefined, isMain?: boolean, options?: unknown): string;
}

export const moduleInternals = nodeModule.Module as unknown as ModuleInternals;

const resolveFilename = moduleInternals._resolveFilename.bind(moduleInternals);

/** Where Node finds what a file requires, past every hook of this package. @throws Node's own error */
export function resolveUnhooked(request: string, from: string): string {
  const paths = moduleInternals._nodeModulePaths(path.dirname(from));
  const parent: LoadedModule = Object.assign(new nodeModule.Module(from), { filename: from, paths }) as unknown as LoadedModule;
  return resolveFilename(request, parent, false);
}

/** `fs` for `node:fs`; undefined for what is no core module. */
export function coreName(specifier: string): string | undefined {
  if (!nodeModule.isBuiltin(specifier)) return undefined;
  return specifier.startsWith('node:') && nodeModule.isBuiltin(specifier.slice(5)) ? specifier.slice(5) : specifier;
}
