/**
 * The names that CommonJS code exports, as Node finds them and as compilers write them that Node does not know. Server side.
 *
 * Node looks for them in the file's own text, which is not what runs. A name too many does no harm: its value is undefined.
 */
import type * as Lexer from 'cjs-module-lexer';

/** Also where coverage counts stand between, which Node's lexer does not expect. */
const PATTERNS = [/\bexports\.([A-Za-z_$][\w$]*)\s*=(?!=)/g, /\bObject\.defineProperty\(exports,\s*["']([A-Za-z_$][\w$]*)["']/g];
/** SWC and esbuild: one call with all getters. */
const GETTERS = /\b(?:_export|__export)\(\w+,\s*\{([^]*?)\n?\}\);/g;
const GETTER_NAME = /(?:^|[,{\n])\s*(?:get\s+)?["']?([A-Za-z_$][\w$]*)["']?\s*(?::|\()/g;
/** `export * from`, as SWC and esbuild write it. */
const STAR = /\b(?:_export_star|__reExport)\((?:\w+,\s*)?require\(\s*["']([^"'\n]+)["']\s*\)/g;

/** Babel's coverage puts them before all that the user has not written, amid what the lexer takes for one. */
const IGNORED = /\s*\/\* istanbul ignore next \*\/\s*/g;

export interface ExportedNames {
  readonly names: readonly string[];
  /** The modules all of whose names are exported too, as `require` is asked for them. */
  readonly from: readonly string[];
}

export function exportedNames(code: string): ExportedNames {
  const { exports, reexports } = lexed(code);
  const names = new Set(exports);
  for (const pattern of PATTERNS) for (const [, name] of code.matchAll(pattern)) if (name !== undefined) names.add(name);
  for (const [, body] of code.matchAll(GETTERS)) {
    for (const [, name] of (body ?? '').matchAll(GETTER_NAME)) if (name !== undefined) names.add(name);
  }
  for (const other of ['__esModule', 'function', 'return', 'get', 'enumerable']) names.delete(other);
  const stars = [...code.matchAll(STAR)].flatMap(([, specifier]) => specifier ?? []);
  return { names: [...names].filter(isIdentifier), from: [...new Set([...reexports, ...stars])] };
}

/** What Node's own lexer finds. It gives up on what it cannot read, which is for whoever runs the code to say. */
function lexed(code: string): Lexer.Exports {
  const { parse } = require('cjs-module-lexer') as typeof Lexer;
  try {
    return parse(code.replace(IGNORED, ' '));
  } catch {
    return { exports: [], reexports: [] };
  }
}

/** Others, such as `'a-b'`, are named with quotes, which the code made of them does not write. */
function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
