/**
 * What runs as the package's main file, `dist/index.js`, where the build puts it. Test side. In a test of this package's environment the
 * code comes from there, compiled; elsewhere it is a module like any other.
 */
import { surroundings } from './controller/surroundings';

// Nothing of Node's is asked for here, which the test may have mocked.
const file = `${__dirname}/test-side.js`;
const evaluate = surroundings()?.evaluate;

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the runner's own `require`, and only where it is to load the file
module.exports = evaluate === undefined ? (require(file) as unknown) : evaluate(file, require);
