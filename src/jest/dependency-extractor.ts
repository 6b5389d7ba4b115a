/**
 * Tells Jest of dependencies that it does not see by itself: controllers in a test file's docblock or in the configuration, and the
 * replacements in `mocks`, so that `--findRelatedTests`, `--onlyChanged` and watch mode select the right tests. The preset sets it as
 * `dependencyExtractor`. Jest's file map, in any of its processes.
 */
import { configuredModules, rememberConfigured } from './selection/configured-modules';
import { modulesOf } from './selection/controller-modules';

/** Jest's own way, or that of this Jest. */
export type ExtractDependencies = (code: string, file?: string) => Set<string>;

/** All dependencies of a file. Names that lead nowhere are harmless: Jest drops them. */
export function extract(code: string, file: string, defaultExtract: ExtractDependencies): Set<string> {
  const dependencies = new Set(defaultExtract(code, file));
  // Most files have neither.
  const own = code.includes('@jest-environment-options') ? docblockControllers(code) : undefined;
  for (const module of own ?? (isTest(code, file) ? configuredModules(file) : [])) dependencies.add(module);
  if (/\bmocks\s*:/.test(code)) for (const module of mockedModules(code)) dependencies.add(module);
  return dependencies;
}

/** As far as can be seen: the project's own patterns are not known here. */
function isTest(code: string, file: string): boolean {
  return /[\\/]__tests__[\\/]|\.(?:spec|test)\.\w+$/.test(file) || /(?:^|[^.\w$])(?:test|it|describe)\s*[.(]/m.test(code);
}

/** Part of the key of Jest's file map: with other rules, or another configuration, it must see the files again. */
export function getCacheKey(): string {
  return `jest-controller 2 ${rememberConfigured()}`;
}

/** `@jest-environment-options { "controllers": { "api": "./api.controller" } }`, or an object with `module`; undefined without any. */
function docblockControllers(code: string): string[] | undefined {
  const docblock = /^\s*\/\*\*?([^]*?)\*\//.exec(code)?.[1]?.replace(/^\s*\* ?/gm, '') ?? '';
  const json = /@jest-environment-options\s+(\{[^]*?)(?=^\s*@\w|(?![^]))/m.exec(docblock)?.[1];
  if (json === undefined) return undefined;
  try {
    const { controllers } = JSON.parse(json) as { readonly controllers?: unknown };
    return controllers === undefined ? undefined : modulesOf(controllers);
  } catch {
    // Jest itself says what is wrong with it, when it runs the file.
    return undefined;
  }
}

/** Relative names in `mocks: { … }`, targets and replacements alike. */
function mockedModules(code: string): string[] {
  const blocks = [...code.matchAll(/\bmocks\s*:\s*\{([^}]*)\}/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => [...block.matchAll(/(["'`])(\.{1,2}\/[^"'`\n]+)\1/g)].map(([, , name = '']) => name));
}
