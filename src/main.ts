/**
 * What runs as the package's main file, `dist/index.js`, where the build puts it. Test side. In a test of this package's environment the
 * code comes from there, compiled; elsewhere it is a module like any other.
 */
import { surroundings } from './controller/surroundings';

// Nothing of Node's is asked for here, which the test may have mocked.
const file = `${__dirname}/test-side.js`;
const evaluate = surroundings()?.evaluate;

module.exports = evaluate === undefined ? load() : evaluate(file, require);

/** The `require` that Node makes for a file whose text a load hook gave, as Yarn's does, reaches neither the registry nor what is in it. */
function load(): unknown {
  /* eslint-disable @typescript-eslint/no-require-imports -- the runner's own `require`, and only where it is to load the file */
  return Object.hasOwn(require, 'cache')
    ? require(file)
    : (require('node:module') as typeof import('node:module')).createRequire(__filename)(file);
}
