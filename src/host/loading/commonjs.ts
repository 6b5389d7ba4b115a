/**
 * Makes `require` load the project's modules as Jest does: its resolution, its transform's code, its mocks. Server side.
 *
 * Node's own loader stays in charge of everything else: node_modules, JSON, native addons, the cache, cycles.
 */
import * as path from 'node:path';
import type { JestCode } from './jest-code';
import type { ModuleCache } from './module-cache';
import { coreName, isModule, moduleInternals, type ExtensionHandler, type LoadedModule } from './node-internals';
import { isInNodeModules, isOwnFile, isTypeScript } from './policy';
import type { Resolution } from './resolution';

/** Extensions whose files are code to Jest even if they are not listed in `moduleFileExtensions`. */
const CODE_EXTENSIONS = ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx'];

/** Puts `resolution` before and after Node's own, which need not look for what `cache` knows. */
export function hookResolution(resolution: Resolution, cache: ModuleCache | undefined): void {
  const resolveFilename = moduleInternals._resolveFilename.bind(moduleInternals);
  moduleInternals._resolveFilename = (request, parent, isMain, options) => {
    const from = parent?.filename ?? undefined;
    // For a path, Node would read the package.json of who asks as well: this package's own, at each start. Hooks of others may want to see it.
    const findPath = (): string | false => cache !== undefined && path.isAbsolute(request) && moduleInternals._findPath(request, []);
    const find = (): string =>
      findPath() || resolution.orOwnPackage(request, from, (specifier) => resolveFilename(specifier, parent, isMain, options));
    const ask = (): string =>
      cache === undefined || options !== undefined || !isModule(parent) ? find() : cache.resolve(request, parent, find);
    const file = resolution.before(request, from, false) ?? resolution.withinReach(ask(), request, from);
    return resolution.after(file, from);
  };
  const load = moduleInternals._load.bind(moduleInternals);
  if (resolution.hasMocks) {
    // Node remembers resolutions by folder; but a replacement may ask for its original beside those who are to get the replacement.
    moduleInternals._load = (request, parent, isMain) => {
      const name = coreName(request) ?? request;
      return load(moduleInternals._resolveFilename(name, parent, isMain), parent, isMain);
    };
  } else if (resolution.mayMapCoreModules) {
    // Node answers `node:` specifiers before it resolves anything.
    moduleInternals._load = (request, parent, isMain) => {
      if (!request.startsWith('node:')) return load(request, parent, isMain);
      return load(resolution.before(request, parent?.filename ?? undefined, false) ?? request, parent, isMain);
    };
  }
}

/** Has `cache` load the scripts of node_modules; `onLeft` is called before one that is left to Node, as those are that may call `import()`. */
export function hookPackages(cache: ModuleCache, onLeft?: () => void): void {
  const handlers = moduleInternals._extensions;
  const next = handlers['.js'];
  handlers['.js'] = (module, filename) => {
    const isPackage = isInNodeModules(filename) && !isOwnFile(filename);
    if (isPackage && cache.load(module, filename)) return;
    if (isPackage) onLeft?.();
    next?.(module, filename);
  };
}

/** Puts Jest's code in the place of the files' own text. */
export function hookExtensions(code: JestCode, extensions: readonly string[]): void {
  const handlers = moduleInternals._extensions;
  const plain = handlers['.js'];
  const listed = extensions.map((extension) => `.${extension}`).filter((extension) => !/\.(?:json|node)$/.test(extension));
  for (const extension of new Set([...CODE_EXTENSIONS, ...listed])) {
    const next = handlers[extension] ?? plain;
    const descriptor = Object.getOwnPropertyDescriptor(handlers, extension);
    const value: ExtensionHandler = (module, filename) => {
      if (loadAsJest(code, module, filename)) return;
      try {
        next?.(module, filename);
      } catch (error) {
        if (!isTypeScript(filename)) throw error;
        const { asUntransformed } = require('./load-failure') as typeof import('./load-failure');
        throw asUntransformed(error, filename);
      }
    };
    Object.defineProperty(handlers, extension, {
      value,
      enumerable: descriptor?.enumerable ?? false,
      configurable: true,
      writable: true,
    });
  }
}

/** Whether the module was loaded here; otherwise it is Node's. */
function loadAsJest(code: JestCode, module: LoadedModule, filename: string): boolean {
  const esm = code.policy.isEsm(filename);
  if (code.policy.changes(filename)) {
    // The class's own: a compiler that the server has registered, such as ts-node's, puts another on the module, and would compile compiled code.
    const compile = moduleInternals.prototype._compile;
    const run = esm ? [code.transform(filename, true), filename, 'module'] : [code.required(filename), filename];
    Reflect.apply(compile, module, run);
    return true;
  }
  // To Jest, a project's file is CommonJS even where a package.json says `type: module`, unless it runs with ES modules.
  if (esm || isInNodeModules(filename) || isOwnFile(filename) || !filename.endsWith('.js')) return false;
  module._compile(code.required(filename), filename);
  return true;
}
