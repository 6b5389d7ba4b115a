/**
 * Which modules a `controllers` option names: as the object that it is, or as the text of one. Jest's file map; pure.
 */

/** The modules of `{ api: './api' }` and `{ api: { module: './api' } }`, and both halves of their `mocks`. */
export function modulesOf(controllers: unknown): string[] {
  if (typeof controllers !== 'object' || controllers === null) return [];
  return Object.values(controllers).flatMap((controller: unknown) => {
    if (typeof controller === 'string') return [controller];
    if (typeof controller !== 'object' || controller === null) return [];
    const { module, mocks } = controller as { module?: unknown; mocks?: unknown };
    const replaced: readonly unknown[] = typeof mocks === 'object' && mocks !== null ? Object.entries(mocks).flat() : [];
    return [module, ...replaced].filter((name): name is string => typeof name === 'string');
  });
}

/** The same of each `controllers: { … }` in a text: every literal there that is a path, or a `module`. */
export function literalModules(code: string): string[] {
  return [...code.matchAll(/\bcontrollers["']?\s*:\s*\{/g)].flatMap(({ index, 0: head }) => {
    const block = blockAt(code, index + head.length);
    const paths = [...block.matchAll(/(["'`])((?:\.{1,2}|<rootDir>)[\\/][^"'`\n]+)\1/g)].map(([, , name = '']) => name);
    const modules = [...block.matchAll(/\bmodule["']?\s*:\s*(["'`])([^"'`\n]+)\1/g)].map(([, , name = '']) => name);
    return [...new Set([...paths, ...modules])];
  });
}

/** From `start` to the brace that closes what was open there. */
function blockAt(code: string, start: number): string {
  let depth = 1;
  for (let at = start; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    else if (code[at] === '}') depth -= 1;
    if (depth === 0) return code.slice(start, at);
  }
  return code.slice(start);
}
