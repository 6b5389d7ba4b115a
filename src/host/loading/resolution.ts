/**
 * Where a module is, in the order of who has a say: this package's doorway, the project's mapper or resolver, Node, the user's mocks.
 * Server side, in the host's thread and in Node's hooks thread alike.
 */
import * as path from 'node:path';
import type { Foreground } from './foreground';
import { manifestName } from './manifest';
import { coreName, hasSyncHooks, moduleInternals } from './node-internals';
import { isEsmToNode, isInNodeModules, isOwnFile, type Policy } from './policy';

/** What a controller's module calls this package. */
const PACKAGE_NAME = 'jest-controller';
/** For importers: it has its names in writing, and takes their values from this package's main file, in whose place the doorway answers. */
const ESM_DOORWAY = path.join(__dirname, '..', '..', 'index.mjs');

export interface JestResolution {
  readonly policy: Policy;
  readonly foreground: Foreground;
}

export class Resolution {
  readonly #doorway: string;
  readonly #mocks: Readonly<Record<string, string>>;
  readonly #jest: JestResolution | undefined;
  readonly #known = new Map<string, string>();

  constructor(doorway: string, mocks: Readonly<Record<string, string>>, jest: JestResolution | undefined) {
    this.#doorway = doorway;
    this.#mocks = Object.fromEntries(Object.entries(mocks).map(([target, replacement]) => [coreName(target) ?? target, replacement]));
    this.#jest = jest;
  }

  /** Whether there is anything to replace. */
  get hasMocks(): boolean {
    return Object.keys(this.#mocks).length > 0;
  }

  /** Whether the project may say that a core module's name means something else. */
  get mayMapCoreModules(): boolean {
    return this.#jest?.policy.mayResolve === true;
  }

  /** The answer of those who come before Node; undefined leaves it to Node. */
  before(specifier: string, from: string | undefined, esm: boolean): string | undefined {
    if (from !== undefined && isOwnFile(from)) return undefined;
    if (specifier === PACKAGE_NAME) return esm ? ESM_DOORWAY : this.#doorway;
    if (this.#jest === undefined || from === undefined || !this.#jest.policy.resolves(specifier, from)) return undefined;
    const key = `${String(esm)}\0${path.dirname(from)}\0${specifier}`;
    let file = this.#known.get(key);
    if (file === undefined) {
      file = this.#askJest(this.#jest, specifier, from, esm);
      file = coreName(file) ?? file;
      this.#known.set(key, file);
    }
    return file;
  }

  /** @throws Jest's own error, with the frames of who has asked: where Jest has looked says nothing to the user */
  #askJest({ foreground }: JestResolution, specifier: string, from: string, esm: boolean): string {
    try {
      return foreground.resolve(specifier, from, esm);
    } catch (error) {
      const { withAskersFrames } = require('./load-failure') as typeof import('./load-failure');
      throw withAskersFrames(error);
    }
  }

  /**
   * What `require` gets of a package for which Node has found `file`. An ES module that is required has its imports from Node alone where there
   * are no synchronous hooks, past all mocks: there, the file that Jest takes is loaded, if that is CommonJS.
   */
  withinReach(file: string, specifier: string, from: string | undefined): string {
    if (hasSyncHooks || !this.hasMocks || this.#jest === undefined || from === undefined) return file;
    if (!isInNodeModules(file) || !isEsmToNode(file)) return file;
    try {
      const other = this.#jest.foreground.resolve(specifier, from, false);
      return isEsmToNode(other) ? file : other;
    } catch {
      // It has that one only.
      return file;
    }
  }

  /**
   * What `find` finds. Where that is nothing, a package that is asked for by its own name, from inside of its folder, by its path.
   * Jest finds every package.json outside of node_modules by an unscoped name; its map of them is not for environments.
   * @throws what `find` throws
   */
  orOwnPackage(specifier: string, from: string | undefined, find: (specifier: string) => string): string {
    try {
      return find(specifier);
    } catch (error) {
      const own = from === undefined || !isNotFound(error) ? undefined : this.#ownPackage(specifier, from);
      if (own === undefined) throw error;
      return find(own);
    }
  }

  /** A path without extension, for Node. */
  #ownPackage(specifier: string, from: string): string | undefined {
    if (this.#jest === undefined || !/^[^.#@:/\\][^:\\]*$/.test(specifier)) return undefined;
    const [name = '', ...rest] = specifier.split('/');
    const folder = findOwner(name, path.dirname(from));
    return folder === undefined ? undefined : path.join(folder, ...rest);
  }

  /** The replacement for a resolved file or core module, or itself. A replacement that asks for its own target gets the original. */
  after(resolved: string, from: string | undefined): string {
    const replacement = this.#mocks[coreName(resolved) ?? resolved];
    if (replacement === undefined || from === replacement || from === resolved) return resolved;
    return from !== undefined && isOwnFile(from) ? resolved : replacement;
  }
}

function isNotFound(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'MODULE_NOT_FOUND';
}

/** The folder of the nearest package of that name, around `folder` and outside of node_modules. */
function findOwner(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (!isInNodeModules(at + path.sep) && manifestName(at) === name) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

/** Makes Node look for bare specifiers where Jest does. No effect with the defaults. */
export function lookInModuleDirectories(directories: readonly string[], modulePaths: readonly string[]): void {
  const isDefault = directories.length === 1 && directories[0] === 'node_modules' && modulePaths.length === 0;
  if (isDefault) return;
  moduleInternals._nodeModulePaths = (folder: string): string[] => {
    const paths: string[] = [];
    for (let at = path.resolve(folder); ; at = path.dirname(at)) {
      for (const directory of directories) if (!path.isAbsolute(directory)) paths.push(path.join(at, directory));
      if (path.dirname(at) === at) break;
    }
    return [...paths, ...directories.filter((directory) => path.isAbsolute(directory)), ...modulePaths];
  };
}

/** Makes Node try extensions in the project's order, and no others but on their own name. */
export function tryExtensions(extensions: readonly string[]): void {
  const handlers = moduleInternals._extensions;
  const descriptors = Object.getOwnPropertyDescriptors(handlers);
  const tried = extensions.map((extension) => `.${extension}`);
  for (const extension of Object.keys(descriptors)) Reflect.deleteProperty(handlers, extension);
  for (const extension of tried) {
    // `.ios.json` is read as `.json` is.
    const known = descriptors[extension] ?? descriptors[path.extname(`file${extension}`)] ?? descriptors['.js'];
    handlers[extension] = known?.value as (typeof handlers)[string];
  }
  for (const [extension, descriptor] of Object.entries(descriptors)) {
    if (!tried.includes(extension)) Object.defineProperty(handlers, extension, { ...descriptor, enumerable: false });
  }
}
