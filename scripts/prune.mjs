/**
 * Takes out of `dist` what nobody can reach there: modules that only bundles have, types that no published type names, and what an earlier
 * build left of sources that are gone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

/** What esbuild calls a module that it has joined. */
const LABEL = /"dist\/[^"]+"(?=\()/g;

/** `joined` are the modules that bundles have, `bundles` the files that these are in; both as paths. */
export async function prune({ joined, bundles }) {
  const names = await readdir(dist, { recursive: true });
  const files = names.filter((name) => /\.(?:js|ts|map)$|\.[cm](?:js|ts)$/.test(name)).map((name) => join(dist, name));
  const modules = files.filter((file) => /\.[cm]?js$/.test(file) && (bundles.has(file) || hasSource(file)));
  const types = new Set(files.filter((file) => /\.d\.[cm]?ts$/.test(file)));
  const kept = new Set([
    ...reached(
      modules.filter((file) => bundles.has(file) || !joined.has(file)),
      (file) => named(text(file).replaceAll(LABEL, ''), modules),
    ),
    ...reached(publishedTypes(), (file) => namedTypes(file).filter((other) => types.has(other))),
  ]);
  await Promise.all(files.filter((file) => !kept.has(file.replace(/\.map$/, ''))).map((file) => rm(file)));
}

const text = (file) => readFileSync(file, 'utf8');

function hasSource(file) {
  return existsSync(join(root, 'src', relative(dist, file).replace(/js$/, 'ts')));
}

/** Everything that `next` leads to from `starts`, these included. */
function reached(starts, next) {
  const found = new Set(starts);
  for (const file of found) for (const other of next(file)) found.add(other);
  return found;
}

/** Those of the modules whose name the code has at the end of a path, as a `require`, or what a thread is started from, would. */
function named(code, modules) {
  const ends = new Set(
    [...code.matchAll(/(\/)?([\w-]+)(\.[cm]?js)?(?=['"`])/g)].filter(([, slash, , ext]) => slash ?? ext).map(([, , name]) => name),
  );
  return modules.filter((file) => ends.has(basename(file, extname(file))));
}

/** A compiler looks beside what package.json names where no types are named. */
function publishedTypes() {
  const targets = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(targets));
  const { exports } = JSON.parse(text(join(root, 'package.json')));
  return targets(exports)
    .map((target) => declaration(join(root, target)))
    .filter((file) => existsSync(file));
}

function namedTypes(file) {
  return [...text(file).matchAll(/(?<=\b(?:from|import\()\s*['"])\.[^'"]+(?=['"])/g)].map(([name]) =>
    declaration(resolve(dirname(file), name)),
  );
}

const declaration = (name) => (/\.d\.[cm]?ts$/.test(name) ? name : name.replace(/(?:\.([cm]?)js)?$/, (_, kind = '') => `.d.${kind}ts`));
