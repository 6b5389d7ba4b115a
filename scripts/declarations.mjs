/**
 * Has the published types name Node's modules without `node:`, after tsc. Types for Node know them by that name since @types/node 16 only,
 * and where they do not, all that is told by Node's types is `any` to the compiler, which `skipLibCheck` hides.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

const names = (await readdir(dist, { recursive: true })).filter((name) => /\.d\.[cm]?ts$/.test(name));
for (const file of names.map((name) => resolve(dist, name))) {
  const text = await readFile(file, 'utf8');
  // Examples in comments stay as a user would write them.
  const changed = text.replaceAll(/^(?! *\*).*$/gm, (line) => line.replaceAll(/\b(from |import\()(['"])node:/g, '$1$2'));
  if (changed !== text) await writeFile(file, changed);
}
