/**
 * Resolves modules by the project's configuration, as Jest does in a test. Jest's outer realm.
 */
import type { Config } from '@jest/types';
import * as path from 'node:path';
import { requireRuntime } from './jest-modules';
import { exportConditions } from './settings';

/** Where the module is: an absolute path, or the name of a core module. @throws Jest's own error */
export type Resolve = (from: string, specifier: string, esm: boolean) => string;

interface JestResolver {
  resolveModule(from: string, specifier: string, options: { readonly conditions: readonly string[] }): string;
  isCoreModule(specifier: string): boolean;
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

export function createResolve(config: Config.ProjectConfig): Resolve {
  let resolver: JestResolver | undefined;
  const conditions = [...CONDITIONS, ...exportConditions(config)];
  const mapped = config.moduleNameMapper.map(([pattern]) => new RegExp(pattern));
  // No package is installed while tests run; and those that are not there, as what is optional to others, are asked for often.
  const mayAppear = (specifier: string): boolean =>
    specifier.startsWith('.') || path.isAbsolute(specifier) || mapped.some((pattern) => pattern.test(specifier));
  return (from, specifier, esm) => {
    resolver ??= createResolver(config);
    if (resolver.isCoreModule(specifier)) return specifier;
    const options = { conditions: [esm ? 'import' : 'require', ...conditions] };
    try {
      return resolver.resolveModule(from, specifier, options);
    } catch (error) {
      if (!mayAppear(specifier)) throw error;
      // Jest remembers for the whole run which files were not there. One may have been written since, and Node would find it.
      resolver.constructor.clearDefaultResolverCache?.();
      return resolver.resolveModule(from, specifier, options);
    }
  };
}

function createResolver(config: Config.ProjectConfig): JestResolver {
  const runtime = requireRuntime(config) as { createResolver(config: Config.ProjectConfig, moduleMap: unknown): JestResolver };
  return runtime.createResolver(config, NO_HASTE_MODULES);
}
