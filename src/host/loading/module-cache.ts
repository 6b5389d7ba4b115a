/**
 * Runs the modules of node_modules from what earlier threads of this process have found out: where each one is, and its compiled code.
 * Server side.
 *
 * Node keeps both for the life of a process, and a thread begins with neither: for Express that is two thirds of its loading time.
 * What is handed on is held to the file system: a file that has another time, size or inode, or is gone, is looked for and read anew.
 * V8 refuses code of another version or other flags by itself. (Figures: docs/performance.md.)
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';
import type { Script } from 'node:vm';
import type { ModuleBatch } from '../../protocol/channels';
import { compileModule, type FoundModules, type KnownResolution } from './found-modules';
import { packBatch } from './module-batch';
import { moduleInternals, type LoadedModule } from './node-internals';
import { packageName } from './manifest';
import { isInNodeModules, packageType } from './policy';

/** Characters of source in one batch: about what is compiled into a cache in two milliseconds. */
const BATCH_SIZE = 400_000;

type Wrapped = (exports: unknown, require: unknown, module: LoadedModule, filename: string, dirname: string) => unknown;

interface NewScript {
  readonly file: string;
  readonly stamp: string;
  readonly source: string;
  readonly script: Script;
}

export interface ModuleCacheOptions {
  readonly found: FoundModules;
  /** What Node's resolution depends on here; resolutions under other settings are left alone. */
  readonly settings: unknown;
  /** Called when there is something to hand on. */
  readonly onNew: () => void;
}

export class ModuleCache {
  readonly #found: FoundModules;
  readonly #settings: string;
  readonly #onNew: () => void;
  #resolutions: Map<string, KnownResolution> | undefined;
  #newScripts: NewScript[] = [];
  #newResolutions: (readonly [key: string, ...KnownResolution])[] = [];
  readonly #stamps = new Map<string, string | undefined>();
  readonly #compile = moduleInternals.prototype._compile;
  readonly #packages = new PackageFolders();

  constructor({ found, settings, onNew }: ModuleCacheOptions) {
    this.#found = found;
    this.#settings = JSON.stringify([settings, process.env['NODE_PATH'] ?? '']);
    this.#onNew = onNew;
  }

  /** Where the requested module is, if an earlier thread has found it and it still is there; else as `find` says. */
  resolve(request: string, parent: LoadedModule, find: () => string): string {
    const from = parent.filename;
    const isBare = !request.startsWith('.') && !path.isAbsolute(request);
    if (from === null || request.startsWith('#') || (!isBare && !isInNodeModules(from))) return find();
    const key = `${path.dirname(from)}\0${request}`;
    const resolutions = (this.#resolutions ??= this.#found.resolutions(this.#settings));
    const known = resolutions.get(key);
    if (known !== undefined && this.#isTrue(known, isBare ? { request, parent } : undefined)) return known[0];
    const file = find();
    if (known === undefined && path.isAbsolute(file) && isInNodeModules(file)) {
      const manifest = isBare ? manifestOf(file) : '';
      const resolution = [file, manifest === '' ? '' : `${manifest}\0${this.#stampOf(manifest) ?? ''}`] as const;
      resolutions.set(key, resolution);
      this.#newResolutions.push([key, ...resolution]);
      this.#onNew();
    }
    return file;
  }

  /** Loads a module of node_modules; false leaves it to Node. */
  load(module: LoadedModule, file: string): boolean {
    // Whoever puts something in the place of `_compile` wants to see each module's text.
    if (module._compile !== this.#compile) return false;
    const stamp = this.#stampOf(file);
    // Asked for once more, it may have changed.
    this.#stamps.delete(file);
    if (stamp === undefined) return false;
    const script = this.#scriptOf(file, stamp);
    if (script === undefined) return false;
    const run = script.runInThisContext() as Wrapped;
    Reflect.apply(run, module.exports, [module.exports, requireOf(module), module, file, path.dirname(file)]);
    return true;
  }

  /** A batch of what is new here, with the functions that have run until now; undefined when all is handed on. */
  takeBatch(): ModuleBatch | undefined {
    const builtins = this.#found.newBuiltins();
    const resolutions = this.#newResolutions.splice(0);
    const modules = this.#takeScripts().map(({ script, ...rest }) => ({ ...rest, code: script.createCachedData() }));
    const contents = [
      ...builtins,
      ...modules.map(({ file, stamp }) => `${file}\0${stamp}`),
      ...resolutions.map(([key, file]) => `${this.#settings}\0${key}\0${file}`),
    ];
    if (contents.length === 0) return undefined;
    return { contents, shared: packBatch({ settings: this.#settings, builtins, resolutions, modules }) };
  }

  #scriptOf(file: string, stamp: string): Script | undefined {
    const known = this.#found.module(file);
    if (known?.stamp === stamp) {
      const script = known.script();
      if (script.cachedDataRejected !== true) return script;
    }
    if (packageType(path.dirname(file)) === 'module') return undefined;
    const source = readFileSync(file, 'utf8');
    if (mayImport(source)) return undefined;
    try {
      const script = compileModule(source, file);
      this.#newScripts.push({ file, stamp, source, script });
      this.#onNew();
      return script;
    } catch {
      // An ES module in a place that says nothing of it, or a mistake: Node has the words for both.
      return undefined;
    }
  }

  #takeScripts(): NewScript[] {
    let size = 0;
    let count = 0;
    for (const { source } of this.#newScripts) {
      if (size >= BATCH_SIZE) break;
      size += source.length;
      count += 1;
    }
    return this.#newScripts.splice(0, count);
  }

  #isTrue([file, manifest]: KnownResolution, bare: { readonly request: string; readonly parent: LoadedModule } | undefined): boolean {
    if (bare !== undefined) {
      // Another one may have been installed nearer, or the link to it points elsewhere.
      const folder = this.#packages.folderOf(bare.request, bare.parent.paths);
      if (folder === undefined || !file.startsWith(folder + path.sep)) return false;
      const [name = '', stamp] = manifest.split('\0');
      if ((this.#stampOf(name) ?? '') !== stamp) return false;
    }
    return moduleInternals._cache[file] !== undefined || this.#stampOf(file) !== undefined;
  }

  #stampOf(file: string): string | undefined {
    if (!this.#stamps.has(file)) this.#stamps.set(file, stampOf(file));
    return this.#stamps.get(file);
  }
}

/** Whether a script may call `import()`, which one from compiled code cannot. Types in documentation comments do not count: many packages have them. */
function mayImport(source: string): boolean {
  return /\bimport\s*\(/.test(source) && /\bimport\s*\(/.test(source.replaceAll(/\/\*\*\s[^]*?\*\//g, ''));
}

/** Where packages are, each looked for once. */
class PackageFolders {
  readonly #real = new Map<string, string | undefined>();

  /** The real folder of the package of a bare specifier, in the first of the folders that has it. */
  folderOf(specifier: string, folders: readonly string[]): string | undefined {
    const wanted = packageName(specifier.split('/'));
    for (const folder of folders) {
      if (this.#realOf(folder) === undefined) continue;
      const real = this.#realOf(path.join(folder, wanted));
      if (real !== undefined) return real;
    }
    return undefined;
  }

  #realOf(folder: string): string | undefined {
    if (!this.#real.has(folder)) this.#real.set(folder, realFolder(folder));
    return this.#real.get(folder);
  }
}

function realFolder(folder: string): string | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  return realpathSync.native(folder);
}

/** What Node gives a module as its `require`. */
function requireOf(module: LoadedModule): NodeJS.Require {
  const load = (request: string): unknown => module.require(request);
  const resolve = Object.assign(
    (request: string, options?: unknown): string => moduleInternals._resolveFilename(request, module, false, options),
    { paths: (request: string): string[] | null => moduleInternals._resolveLookupPaths(request, module) },
  );
  Object.defineProperty(load, 'name', { value: 'require' });
  return Object.assign(load, {
    resolve,
    main: require.main,
    extensions: moduleInternals._extensions,
    cache: moduleInternals._cache,
  }) as unknown as NodeJS.Require;
}

/** What a file would not keep if it were another. */
function stampOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true ? [stats.mtimeMs, stats.ctimeMs, stats.size, stats.ino].join() : undefined;
}

/** The package.json of the package that the file is in. */
function manifestOf(file: string): string {
  const marker = `${path.sep}node_modules${path.sep}`;
  const start = file.lastIndexOf(marker) + marker.length;
  return path.join(file.slice(0, start), packageName(file.slice(start).split(path.sep)), 'package.json');
}
