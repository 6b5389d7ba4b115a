/**
 * The names that a transform's CommonJS output exports, as TypeScript, Babel and SWC write it. Server side; pure.
 *
 * Node looks for them in the file's own text, which is not what runs.
 */

const PATTERNS = [/\bexports\.([A-Za-z_$][\w$]*)\s*=(?!=)/g, /\bObject\.defineProperty\(exports,\s*["']([A-Za-z_$][\w$]*)["']/g];
/** SWC and esbuild: one call with all getters. */
const GETTERS = /\b(?:_export|__export)\(\w+,\s*\{([^]*?)\n?\}\);/g;
const GETTER_NAME = /(?:^|[,{\n])\s*(?:get\s+)?["']?([A-Za-z_$][\w$]*)["']?\s*(?::|\()/g;

export function exportedNames(code: string): string[] {
  const names = new Set<string>();
  for (const pattern of PATTERNS) for (const [, name] of code.matchAll(pattern)) if (name !== undefined) names.add(name);
  for (const [, body] of code.matchAll(GETTERS)) {
    for (const [, name] of (body ?? '').matchAll(GETTER_NAME)) if (name !== undefined) names.add(name);
  }
  for (const other of ['__esModule', 'function', 'return', 'get', 'enumerable']) names.delete(other);
  return [...names];
}
