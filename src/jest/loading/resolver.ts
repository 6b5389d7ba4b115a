/**
 * Resolves modules by the project's configuration, as Jest does in a test. Jest's outer realm.
 */
import type { Config } from '@jest/types';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { requireRuntime } from './jest-modules';
import { exportConditions } from './settings';

export interface ProjectResolver {
  /** Where the module is: an absolute path, or the name of a core module. @throws Jest's own error */
  resolve(from: string, specifier: string, esm: boolean): string;
  /** The same for who can wait: a custom resolver may have a function of its own for what ES modules import, which takes its time. */
  resolveInTime(from: string, specifier: string, esm: boolean): string | Promise<string>;
}

type Options = { readonly conditions: readonly string[] };

interface JestResolver {
  resolveModule(from: string, specifier: string, options: Options): string;
  resolveModuleAsync(from: string, specifier: string, options: Options): Promise<string>;
  isCoreModule(specifier: string): boolean;
  /** False where a custom resolver has `async` alone. */
  canResolveSync?(): boolean;
  /** Whether a custom resolver has both; in Jest 30.5 and later. */
  hasDistinctAsyncResolver?(): boolean;
  /** Its class, whose copies share what they remember of the file system. */
  readonly constructor: { clearDefaultResolverCache?(): void };
}

/** What the resolver asks of Jest's file map, which an environment does not get: haste modules and their packages. There are none. */
const NO_HASTE_MODULES = {
  getModule: () => null,
  getPackage: () => null,
  getMockModule: () => undefined,
};

/** The server side is Node, whatever the tests' own environment. */
const CONDITIONS = ['node', 'node-addons', 'default'];

export function createProjectResolver(config: Config.ProjectConfig): ProjectResolver {
  const requires = new SecondLooks(config);
  // Of its own, since a resolver remembers its answers, whichever function gave them.
  const imports = new SecondLooks(config);
  const resolve: ProjectResolver['resolve'] = (from, specifier, esm) => requires.resolve(from, specifier, esm);
  let importsDiffer: boolean | undefined;
  return {
    resolve,
    resolveInTime(from, specifier, esm) {
      if (!esm || config.resolver === null || config.resolver === undefined) return resolve(from, specifier, esm);
      importsDiffer ??= hasAsync(imports.resolver, config.resolver);
      return importsDiffer && !imports.resolver.isCoreModule(specifier)
        ? imports.resolveImport(from, specifier)
        : resolve(from, specifier, esm);
    },
  };
}

/**
 * A resolver of Jest's that is asked again for what it has not found. Jest remembers for the whole run which files were not there; one may have been
 * written since, and Node would find it.
 */
class SecondLooks {
  readonly #config: Config.ProjectConfig;
  readonly #conditions: readonly string[];
  #made: JestResolver | undefined;
  #mapped: readonly RegExp[] | undefined;

  constructor(config: Config.ProjectConfig) {
    this.#config = config;
    this.#conditions = [...CONDITIONS, ...exportConditions(config)];
  }

  get resolver(): JestResolver {
    return (this.#made ??= createResolver(this.#config));
  }

  resolve(from: string, specifier: string, esm: boolean): string {
    if (this.resolver.isCoreModule(specifier)) return specifier;
    const look = (): string => this.resolver.resolveModule(from, specifier, this.#options(esm));
    try {
      return look();
    } catch (error) {
      this.#forgetMissing(specifier, error);
      return look();
    }
  }

  async resolveImport(from: string, specifier: string): Promise<string> {
    const look = (): Promise<string> => this.resolver.resolveModuleAsync(from, specifier, this.#options(true));
    try {
      return await look();
    } catch (error) {
      this.#forgetMissing(specifier, error);
      return look();
    }
  }

  #options(esm: boolean): Options {
    return { conditions: [esm ? 'import' : 'require', ...this.#conditions] };
  }

  /** @throws `error` for what cannot have come since */
  #forgetMissing(specifier: string, error: unknown): void {
    if (!this.#mayAppear(specifier)) throw error;
    this.resolver.constructor.clearDefaultResolverCache?.();
  }

  /** No package is installed while tests run; and those that are not there, as what is optional to others, are asked for often. */
  #mayAppear(specifier: string): boolean {
    if (specifier.startsWith('.') || path.isAbsolute(specifier)) return true;
    this.#mapped ??= this.#config.moduleNameMapper.map(([pattern]) => new RegExp(pattern));
    return this.#mapped.some((pattern) => pattern.test(specifier));
  }
}

/** Whether a custom resolver has a function of its own for imports. Jest 30.5 and later say so; before, the resolver is looked into. */
function hasAsync(resolver: JestResolver, file: string): boolean {
  if (resolver.canResolveSync?.() === false) return true;
  const exported: unknown = resolver.hasDistinctAsyncResolver === undefined ? createRequire(file)(file) : undefined;
  return resolver.hasDistinctAsyncResolver?.() ?? typeof (exported as { async?: unknown } | null)?.async === 'function';
}

function createResolver(config: Config.ProjectConfig): JestResolver {
  const runtime = requireRuntime(config) as { createResolver(config: Config.ProjectConfig, moduleMap: unknown): JestResolver };
  return runtime.createResolver(config, NO_HASTE_MODULES);
}
