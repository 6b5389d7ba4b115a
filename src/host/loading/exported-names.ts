/**
 * The names that CommonJS code exports, as people write it and as TypeScript, Babel, SWC and esbuild do. Server side; pure.
 *
 * Node looks for them in the file's own text, which is not what runs. A name too many does no harm: its value is undefined.
 */

const PATTERNS = [/\bexports\.([A-Za-z_$][\w$]*)\s*=(?!=)/g, /\bObject\.defineProperty\(exports,\s*["']([A-Za-z_$][\w$]*)["']/g];
/** SWC and esbuild: one call with all getters. */
const GETTERS = /\b(?:_export|__export)\(\w+,\s*\{([^]*?)\n?\}\);/g;
const GETTER_NAME = /(?:^|[,{\n])\s*(?:get\s+)?["']?([A-Za-z_$][\w$]*)["']?\s*(?::|\()/g;
const LITERAL = /\bmodule\.exports\s*=\s*(?:exports\s*=\s*)?\{/g;
const TOKEN = /\/\/.*|\/\*[^]*?\*\/|(["'`])(?:\\[^]|(?!\1)[^\\])*\1|[A-Za-z_$][\w$]*|[^\s]/g;

const REQUIRED = String.raw`require\(\s*["']([^"'\n]+)["']\s*\)`;
/** The whole of another module, or one that is spread into a literal. */
const WHOLE = new RegExp(String.raw`(?:\bmodule\.exports\s*=\s*(?:exports\s*=\s*)?|\.\.\.\s*)${REQUIRED}`, 'g');
/** `export * from`, as TypeScript, SWC and esbuild write it. */
const STAR = new RegExp(String.raw`\b(?:__exportStar|_export_star|__reExport)\((?:\w+,\s*)?${REQUIRED}`, 'g');
/** `export * from`, as Babel writes it: a loop over what a variable holds. */
const LOOP = /\bObject\.keys\((\w+)\)\.forEach\(/g;

export function exportedNames(code: string): string[] {
  const names = new Set<string>();
  for (const pattern of PATTERNS) for (const [, name] of code.matchAll(pattern)) if (name !== undefined) names.add(name);
  for (const [, body] of code.matchAll(GETTERS)) {
    for (const [, name] of (body ?? '').matchAll(GETTER_NAME)) if (name !== undefined) names.add(name);
  }
  for (const other of ['__esModule', 'function', 'return', 'get', 'enumerable']) names.delete(other);
  for (const { index, 0: start } of code.matchAll(LITERAL)) {
    for (const name of keysFrom(code, index + start.length)) names.add(name);
  }
  return [...names];
}

/** What modules it exports all names of, as `require` was asked for them. */
export function reexported(code: string): string[] {
  const specifiers = [WHOLE, STAR].flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier));
  for (const [, variable = ''] of code.matchAll(LOOP)) {
    specifiers.push(new RegExp(String.raw`\b${variable}\s*=\s*(?:\w+\()?${REQUIRED}`).exec(code)?.[1]);
  }
  return [...new Set(specifiers.filter((specifier) => specifier !== undefined))];
}

/** The keys of an object literal whose first key is looked for at `start`. */
function* keysFrom(code: string, start: number): Generator<string> {
  const tokens = new RegExp(TOKEN, 'g');
  tokens.lastIndex = start;
  let depth = 1;
  let atKey = true;
  for (let found = tokens.exec(code); found !== null; found = tokens.exec(code)) {
    const [token, quote] = found;
    if (/^\/[/*]/.test(token)) continue;
    if ('{[('.includes(token)) depth += 1;
    if ('}])'.includes(token)) depth -= 1;
    if (depth === 0) return;
    const name = quote === undefined ? token : token.slice(1, -1);
    if (depth === 1 && atKey && /^[A-Za-z_$][\w$]*$/.test(name)) {
      if (quote !== undefined || !isModifier(name, code.slice(tokens.lastIndex))) yield name;
      else continue;
    }
    atKey = depth === 1 && (token === ',' || (atKey && token === '*'));
  }
}

/** Whether a word belongs to the key that comes after it, as `get` and `async` may. */
function isModifier(word: string, rest: string): boolean {
  return (word === 'get' || word === 'set' || word === 'async') && /^\s*[\w$"'[*]/.test(rest);
}
