/**
 * `npm run matrix`: the packed tarball in fresh projects, on each Node, Jest, package manager, environment and compiler that the package
 * promises; and the repository's own tests on each Node. Linux on x64 only: the other Nodes come as npm packages.
 *
 * npm run matrix -- [--short] [nodes] [suite] [pnpm] [yarn] [happy-dom] [compilers] [newest-types] [older-types]
 *
 * `--short` takes the oldest and the newest of each.
 */
import { compilers, newestTypes, olderTypes } from './compilers.mjs';
import { happyDom } from './environments.mjs';
import { nodes } from './nodes.mjs';
import { pnpm, yarn } from './package-managers.mjs';
import { suite } from './suite.mjs';
import { Workshop } from './workshop.mjs';

const PARTS = { nodes, suite, pnpm, yarn, 'happy-dom': happyDom, compilers, 'newest-types': newestTypes, 'older-types': olderTypes };
const asked = process.argv.slice(2).filter((argument) => argument !== '--short');
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}. There are ${Object.keys(PARTS).join(', ')}.`);

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('The matrix runs on Linux x64 only.');
  process.exit(0);
}

const workshop = new Workshop({ short: process.argv.includes('--short') });
try {
  for (const [name, part] of Object.entries(PARTS)) if (asked.length === 0 || asked.includes(name)) await part(workshop);
} finally {
  workshop.remove();
}
process.exit(workshop.failed === 0 ? 0 : 1);
