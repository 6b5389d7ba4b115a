/**
 * What is read of packages and their package.json files. Server side.
 */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** The text of a folder's package.json; undefined where there is none. */
export function readManifest(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
}

/** The name in a folder's package.json; undefined where there is none. */
export function manifestName(folder: string): string | undefined {
  try {
    const manifest = JSON.parse(readManifest(folder) ?? 'null') as { name?: unknown } | null;
    return typeof manifest?.name === 'string' ? manifest.name : undefined;
  } catch {
    return undefined;
  }
}

/** A package's folder under node_modules, from the parts of a specifier or path. */
export function packageName([scope = '', name = '']: readonly string[]): string {
  return scope.startsWith('@') ? path.join(scope, name) : scope;
}
