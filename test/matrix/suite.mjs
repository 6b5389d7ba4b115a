/**
 * This repository's own tests on each Node: what the package promises does not depend on which one a developer has.
 */
import { NODES, versionOf } from './nodes.mjs';
import { REPOSITORY } from './workshop.mjs';

/** How modules load is what differs most from Node to Node. */
const SHORT = ['test/loading', 'test/jest/start-failures'];
const LIMIT = 40 * 60_000;

export function suite(workshop) {
  for (const version of workshop.short ? NODES.slice(-1) : NODES) {
    const file = workshop.node(version);
    const args = ['node_modules/jest/bin/jest.js', ...(workshop.short ? SHORT : [])];
    workshop.check(`The tests of the package on Node ${versionOf(file)}`, REPOSITORY, [{ file, args, limit: LIMIT }]);
  }
}
