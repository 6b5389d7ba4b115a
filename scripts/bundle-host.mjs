/**
 * Joins the host's files into one, after tsc: a thread loads them at every start, and one file takes half the time of forty.
 * (Figures: docs/performance.md.) Everything else of the package stays as tsc wrote it.
 */
import { build } from 'esbuild';
import { readFile, rename } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const entry = resolve(dist, 'host/thread-host.js');
const bundled = resolve(dist, 'host/thread-host.bundled.js');

/** They take something as it is before the user's code may replace it, so they are loaded at once. */
const EAGER = /(?:\/time\/clock|\/decoder|\/logs)$/;

/** Paths that a file makes from its own folder stay right when its code moves into the bundle's. */
function keepFolder(code, path) {
  const folder = relative(dirname(bundled), dirname(path)) || '.';
  return code.replaceAll('__dirname', `require("node:path").join(__dirname, ${JSON.stringify(folder)})`);
}

/** Modules are evaluated when they are first used, not when they are imported: a plain start uses half of them. */
function loadLate(code) {
  // Node's own modules need no copy of their members, which tsc's interop makes.
  code = code.replaceAll(/__importStar\((require\("node:\w+"\))\)/g, '$1');
  const imports = [...code.matchAll(/^const (\w+_\d+) = require\("([^"]+)"\);$/gm)].filter(([, , specifier]) => !EAGER.test(specifier));
  for (const [statement, name, specifier] of imports) {
    const late = specifier.startsWith('.')
      ? `const ${name} = () => require("${specifier}");`
      : `let ${name}_; const ${name} = () => (${name}_ ??= require("${specifier}"));`;
    const [before, after] = code.split(statement);
    code = `${before}${late}${after.replaceAll(new RegExp(`\\b${name}\\.`, 'g'), `(${name}()).`)}`;
  }
  return code;
}

const prepare = {
  name: 'prepare',
  setup({ onLoad, onResolve }) {
    // It says itself why it stays out.
    onResolve({ filter: /\/import-module$/ }, () => ({ path: './loading/import-module.js', external: true }));
    onLoad({ filter: /\.js$/ }, async ({ path }) => ({ contents: loadLate(keepFolder(await readFile(path, 'utf8'), path)), loader: 'js' }));
  },
};

await build({
  entryPoints: [entry],
  outfile: bundled,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Half the text is half the time to compile; names stay, for stacks and messages.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  packages: 'external',
  plugins: [prepare],
  logLevel: 'warning',
});

await rename(bundled, entry);
await rename(`${bundled}.map`, `${entry}.map`);
