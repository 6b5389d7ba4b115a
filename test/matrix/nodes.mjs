/**
 * The behaviour project on each Node with each Jest that the package promises.
 */
import { execFileSync } from 'node:child_process';
import { behaviour } from './workshop.mjs';

export const NODES = ['20', '22', '24', '26'];
const JESTS = ['29.7', '30'];

export function nodes(workshop) {
  const files = workshop.some(NODES).map((version) => workshop.node(version));
  for (const jest of JESTS) {
    const folder = workshop.install(workshop.project(`jest-${jest}`, { from: ['project'] }), [`jest@${jest}`, workshop.tarball]);
    for (const file of files) workshop.check(`Node ${versionOf(file)}, Jest ${jest}`, folder, behaviour({ file }));
  }
}

export function versionOf(node) {
  return execFileSync(node, ['--version']).toString().trim();
}
