/**
 * Finds the line of an `import` whose module is not there, of which Node names the file only. Server side; loaded when there is one.
 */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is missing, by Node's own words: a package, or a path that a specifier has led to. */
const MESSAGE = /^(?:Cannot find (?:package|module)|Directory import) '(?<missing>[^']+)'.* imported from (?<importer>.+)$/;
const IMPORT = /\b(?:from|import)\s*\(?\s*(?<quote>['"`])(?<specifier>[^'"`\n]+)\k<quote>/g;

/** The place as `file:line:column`; undefined where no import of the file is written so that it leads there. */
export function findImport(message: string): string | undefined {
  const { missing, importer } = MESSAGE.exec(message)?.groups ?? {};
  if (missing === undefined || importer === undefined) return undefined;
  const file = importer.startsWith('file:') ? fileURLToPath(importer) : importer;
  const text = textOf(file);
  const found = [...text.matchAll(IMPORT)].find(({ groups }) => leadsTo(missing, groups?.['specifier'] ?? '', file));
  if (found === undefined) return undefined;
  const before = text.slice(0, found.index + found[0].search(/['"`]/)).split('\n');
  return [file, before.length, (before.at(-1) ?? '').length + 1].join(':');
}

function leadsTo(missing: string, specifier: string, file: string): boolean {
  if (specifier.startsWith('.')) return path.resolve(path.dirname(file), specifier) === path.resolve(missing);
  return specifier === missing || specifier.startsWith(`${missing}/`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
