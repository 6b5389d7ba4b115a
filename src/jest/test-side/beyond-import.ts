/**
 * What a thunk does beyond its import, as in `() => import('./app').then(({ makeApp }) => makeApp())`: it never runs, so nothing of that would
 * happen. Test side; pure.
 */

/** A member of what was imported, behind all brackets that a compiler has put around it. */
const MEMBER = /^[\s);}]*\??\.\s*([\w$]+)\s*(\()?/;

/** `then((m) => m.makeApp)` and `then(({ makeApp }) => makeApp)`, as any compiler leaves them. */
const CHOICE = /^\s*(?:\(?\s*[\w$]+\s*\)?\s*=>\s*[\w$]+\.([\w$]+)|\(\s*\{\s*([\w$]+)\s*\}\s*\)\s*=>\s*\2)\s*\)[\s;}]*$/;

/** What istanbul writes in front of what it counts. */
const COUNTER = /\bcov_\w+\(\)\.\w+\[\d+\](?:\[\d+\])?\+\+[;,]/g;
const BODY = /=>\s*\{\s*return\s+([^;]*);\s*\}/;

/** `const { makeApp } = await import('./app')`, up to the import. */
const KEPT = /\b(?:const|let|var)\b[^;]*\b(?:await|yield)\b[^;]*$/;

/**
 * @param before the text of a thunk up to its import, and `after` what stands behind the path in it
 * @returns what to do in place of that; undefined where there is the import alone, or its default export, which is taken in any case
 */
export function remedyBeyondImport(before: string, after: string, specifier: string): string | undefined {
  const [all, member, isCall] = MEMBER.exec(after) ?? [];
  if (all === undefined || member === undefined) return KEPT.test(before) ? movesThere(specifier) : undefined;
  const [, ofModule, taken] = (member === 'then' && CHOICE.exec(bare(after.slice(all.length)))) || [];
  const name = ofModule ?? taken ?? (isCall === undefined ? member : undefined);
  if (name === undefined) return movesThere(specifier);
  return name === 'default' ? undefined : `Write () => import('${specifier}') with the option { export: '${name}' }.`;
}

function bare(code: string): string {
  return code.replace(COUNTER, '').replace(BODY, '=> $1');
}

function movesThere(specifier: string): string {
  return `Let '${specifier}', or another module, do that and export what comes of it, and write the import of that alone.`;
}
