/**
 * Completes package-lock.json after an install from a registry that has the optional binaries of some platforms only: npm leaves the others
 * out, and `npm ci` then takes the file for out of date. They are written down as what they are, optional and for another platform.
 *
 * Run it after changing dependencies: `node scripts/complete-lock.mjs`, or `node scripts/complete-lock.mjs bench/package-lock.json`.
 */
import { readFile, writeFile } from 'node:fs/promises';

const [given = 'package-lock.json'] = process.argv.slice(2);
const file = new URL(`../${given}`, import.meta.url);
const lock = JSON.parse(await readFile(file, 'utf8'));
const SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony', 'netbsd', 'openbsd', 'sunos', 'aix'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32', 'mips64el'];

/** The nearest place from which a package's dependency is found, as npm walks up. */
function placeOf(dependent, name) {
  for (let at = dependent; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock.packages[place] !== undefined) return place;
    if (at === '') return undefined;
  }
}

for (const [dependent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (placeOf(dependent, name) !== undefined) continue;
    const os = SYSTEMS.filter((system) => name.includes(system));
    const cpu = PROCESSORS.filter((processor) => name.split(/[-_.]/).some((part) => part.startsWith(processor))).slice(0, 1);
    if (os.length === 0 || !/^\d/.test(version)) {
      console.error(`left alone: ${name}@${version} of ${dependent}`);
      continue;
    }
    lock.packages[`node_modules/${name}`] = { version, ...(entry.dev ? { dev: true } : {}), cpu, optional: true, os };
  }
}
const packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
