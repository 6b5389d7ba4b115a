/**
 * `npm run soak`: cycles of start and stop on each kind of loop, random walks with faults, and random test files. `--short` is for every day.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const short = process.argv.includes('--short');
const RUNS = [
  ['cycles.mjs', 'thread', short ? '150' : '10000'],
  ['cycles.mjs', 'process', short ? '20' : '500'],
  ['walk.mjs', short ? '100' : '5000'],
  ['files.mjs', short ? '10' : '300'],
];

for (const [file, ...args] of RUNS) {
  console.log(`\n# ${file} ${args.join(' ')}`);
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--expose-gc', script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
