/**
 * Tells Jest of dependencies that it does not see by itself: controllers in a test file's docblock and the replacements in `mocks`, so that
 * `--findRelatedTests`, `--onlyChanged` and watch mode select the right tests. The preset sets it as `dependencyExtractor`.
 * Jest's file map, in any of its processes; pure.
 */

/** Jest's own way, or that of this Jest. */
export type ExtractDependencies = (code: string, file?: string) => Set<string>;

/** All dependencies of a file. Names that lead nowhere are harmless: Jest drops them. */
export function extract(code: string, file: string, defaultExtract: ExtractDependencies): Set<string> {
  const dependencies = new Set(defaultExtract(code, file));
  // Most files have neither.
  if (code.includes('@jest-environment-options')) for (const module of docblockControllers(code)) dependencies.add(module);
  if (/\bmocks\s*:/.test(code)) for (const module of mockedModules(code)) dependencies.add(module);
  return dependencies;
}

/** Part of the key of Jest's file map: another version of the rules must see the files again. */
export function getCacheKey(): string {
  return 'jest-controller 1';
}

/** `@jest-environment-options { "controllers": { "api": "./api.controller" } }`, or an object with `module`. */
function docblockControllers(code: string): string[] {
  const docblock = /^\s*\/\*\*?([^]*?)\*\//.exec(code)?.[1]?.replace(/^\s*\* ?/gm, '') ?? '';
  const json = /@jest-environment-options\s+(\{[^]*?)(?=^\s*@\w|(?![^]))/m.exec(docblock)?.[1];
  if (json === undefined) return [];
  try {
    const { controllers } = JSON.parse(json) as { readonly controllers?: unknown };
    return modulesOf(controllers);
  } catch {
    // Jest itself says what is wrong with it, when it runs the file.
    return [];
  }
}

function modulesOf(controllers: unknown): string[] {
  if (typeof controllers !== 'object' || controllers === null) return [];
  return Object.values(controllers).flatMap((controller: unknown) => {
    const module = typeof controller === 'object' && controller !== null ? (controller as { module?: unknown }).module : controller;
    return typeof module === 'string' ? [module] : [];
  });
}

/** Relative names in `mocks: { … }`, targets and replacements alike. */
function mockedModules(code: string): string[] {
  const blocks = [...code.matchAll(/\bmocks\s*:\s*\{([^}]*)\}/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => [...block.matchAll(/(["'`])(\.{1,2}\/[^"'`\n]+)\1/g)].map(([, , name = '']) => name));
}
