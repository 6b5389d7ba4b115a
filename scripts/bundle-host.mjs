/**
 * Joins the host's files into one, after tsc: a thread loads them at every start, and one file takes half the time of forty.
 * (Figures: docs/performance.md.) Everything else of the package stays as tsc wrote it.
 */
import { build } from 'esbuild';
import { readFile, rename } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const entry = resolve(dist, 'host/thread-entry.js');
const bundled = resolve(dist, 'host/thread-entry.bundled.js');

/** Paths that a file makes from its own folder stay right when its code moves into the bundle's. */
const keepFolders = {
  name: 'keep-folders',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const folder = relative(dirname(bundled), dirname(path)) || '.';
      const code = await readFile(path, 'utf8');
      return { contents: code.replaceAll('__dirname', `require("node:path").join(__dirname, ${JSON.stringify(folder)})`), loader: 'js' };
    });
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
  plugins: [keepFolders],
  logLevel: 'warning',
});

await rename(bundled, entry);
await rename(`${bundled}.map`, `${entry}.map`);
