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
  let resolver: JestResolver | undefined;
  // Of its own, since a resolver remembers its answers, whichever function gave them.
  let forImports: JestResolver | undefined;
  const conditions = [...CONDITIONS, ...exportConditions(config)];
  const optionsFor = (esm: boolean): Options => ({ conditions: [esm ? 'import' : 'require', ...conditions] });
  const mapped = config.moduleNameMapper.map(([pattern]) => new RegExp(pattern));
  // No package is installed while tests run; and those that are not there, as what is optional to others, are asked for often.
  const mayAppear = (specifier: string): boolean =>
    specifier.startsWith('.') || path.isAbsolute(specifier) || mapped.some((pattern) => pattern.test(specifier));
  /** Jest remembers for the whole run which files were not there. One may have been written since, and Node would find it. @throws `error` else */
  const forgetMissing = ({ constructor }: JestResolver, specifier: string, error: unknown): void => {
    if (!mayAppear(specifier)) throw error;
    constructor.clearDefaultResolverCache?.();
  };
  const resolve: ProjectResolver['resolve'] = (from, specifier, esm) => {
    resolver ??= createResolver(config);
    if (resolver.isCoreModule(specifier)) return specifier;
    const options = optionsFor(esm);
    try {
      return resolver.resolveModule(from, specifier, options);
    } catch (error) {
      forgetMissing(resolver, specifier, error);
      return resolver.resolveModule(from, specifier, options);
    }
  };
  const resolveImport = async (imports: JestResolver, from: string, specifier: string): Promise<string> => {
    const options = optionsFor(true);
    try {
      return await imports.resolveModuleAsync(from, specifier, options);
    } catch (error) {
      forgetMissing(imports, specifier, error);
      return imports.resolveModuleAsync(from, specifier, options);
    }
  };
  let importsDiffer: boolean | undefined;
  return {
    resolve,
    resolveInTime(from, specifier, esm) {
      if (!esm || config.resolver === null || config.resolver === undefined) return resolve(from, specifier, esm);
      forImports ??= createResolver(config);
      importsDiffer ??= hasAsync(forImports, config.resolver);
      return importsDiffer && !forImports.isCoreModule(specifier)
        ? resolveImport(forImports, from, specifier)
        : resolve(from, specifier, esm);
    },
  };
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
