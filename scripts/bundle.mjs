/**
 * Makes `dist`, which is published, of what tsc has written to `build`. The files that are loaded over and over are joined into one each: the
 * host's, which a thread loads at every start, and the test side's, which every test file evaluates anew. One file takes half the time of
 * forty. (Figures: docs/performance.md.) Everything else stays as tsc wrote it.
 */
import { build } from 'esbuild';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { prune } from './prune.mjs';

const compiled = fileURLToPath(new URL('../build/', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const joined = new Set();
const bundles = new Set();

/** They take something as it is before the user's code may replace it, or see what that code does while it loads, so they are loaded at once. */
const EAGER = /(?:\/time\/clock|\/decoder|\/logs|\/ledger)$/;

/** Paths that a file makes from its own place stay right when its code moves into the bundle's. */
function ownPlace(path, bundled) {
  const folder = relative(dirname(bundled), dirname(path)) || '.';
  const place = (...parts) => `require("node:path").join(__dirname${parts.map((part) => `, ${JSON.stringify(part)}`).join('')})`;
  // What is in the folder already asks for no `path`, which a test may have mocked.
  return { '@__dirname': folder === '.' ? '__dirname' : place(folder), '@__filename': place(folder, basename(path)) };
}

/** Node's own modules need no copy of their members, which tsc's interop makes. */
function withoutStars(code) {
  return code.replaceAll(/__importStar\((require\("node:\w+"\))\)/g, '$1');
}

/** Nor do this package's own, among which nobody asks for tsc's mark of an ES module. All of these would run each time. */
function withoutInterop(code) {
  const bare = withoutStars(code)
    .replaceAll(/__importStar\((require\("\.[^"]*"\))\)/g, '$1')
    .replace(/^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);$/m, '')
    .replace(/^exports\.\w+ = (?:exports\.\w+ = )*void 0;$/m, '');
  const isUsed = /__(?:importStar|exportStar)\(/.test(bare);
  // Lines stay where they are: tsc's source map counts them.
  return isUsed
    ? bare
    : bare.replace(/^var __createBinding = .*?^var __importStar = .*?^\}\)\(\);$/ms, (helpers) => helpers.replaceAll(/.+/g, ''));
}

/** Modules are evaluated when they are first used, not when they are imported: a plain start uses half of them. */
function loadLate(code) {
  const imports = [...code.matchAll(/^(?:const|var) (\w+_\d+) = require\("([^"]+)"\);$/gm)].filter(
    ([, , specifier]) => !EAGER.test(specifier),
  );
  for (const [statement, name, specifier] of imports) {
    const [late, use] = specifier.startsWith('.')
      ? ['', `(require("${specifier}")).`]
      : [`let ${name}_; const ${name} = () => (${name}_ ??= require("${specifier}"));`, `(${name}()).`];
    const [before, after] = code.split(statement);
    code = `${before}${late}${after.replaceAll(new RegExp(`\\b${name}\\.`, 'g'), use)}`;
  }
  return code;
}

/** Joins `entry` and all that it needs of this package into the entry's own file. `prepare` changes each file's code before it is shortened. */
async function bundle(entry, { contents, prepare, ...options }) {
  const plugin = {
    name: 'prepare',
    setup({ onLoad, onResolve }) {
      // It says itself why it stays out.
      onResolve({ filter: /\/import-module$/ }, () => ({ path: './loading/import-module.js', external: true }));
      onLoad({ filter: /\.js$/ }, async ({ path }) => ({
        contents: await shorten(prepare(await readFile(path, 'utf8'), path), path, entry),
        loader: 'js',
      }));
    },
  };
  const { metafile } = await build({
    stdin: { contents, resolveDir: dirname(entry) },
    outfile: entry,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    sourcesContent: false,
    packages: 'external',
    plugins: [plugin],
    logLevel: 'warning',
    metafile: true,
    ...options,
  });
  for (const input of Object.keys(metafile.inputs)) joined.add(resolve(input));
  for (const output of Object.keys(metafile.outputs)) {
    bundles.add(resolve(output));
    if (output.endsWith('.map')) await writeFile(output, withoutNames(await readFile(output, 'utf8')));
  }
}

/**
 * A source map without the names that stand at its places. source-map-support takes them for the names of the functions that are called
 * there, so that a method of the user's would be called `apply` in a stack. A segment has five numbers, of which the last is the name.
 */
function withoutNames(text) {
  const map = JSON.parse(text);
  const mappings = map.mappings.replaceAll(/[^,;]+/g, (segment) =>
    segment
      .match(/[g-z\d+/]*[A-Za-f]/g)
      .slice(0, 4)
      .join(''),
  );
  return JSON.stringify({ ...map, names: [], mappings });
}

/**
 * Each module as a function, where esbuild writes an object with a method, `{"dist/time/clock.js"(exports) {…}}`, which V8 would have to
 * make for each of them at each start. What goes becomes blanks, so that the source map stays right.
 */
async function unwrapModules(file) {
  const code = await readFile(file, 'utf8');
  const counts = { opened: 0, closed: 0, called: 0 };
  const blanks = (kind, found, kept) => {
    counts[kind] += 1;
    return kept.padEnd(found.length);
  };
  const unwrapped = code
    .replaceAll(/(?<==__commonJS\()\{"dist\/[^"]+"(?=\()/g, (found) => blanks('opened', found, 'function'))
    .replaceAll(/(?<=\})\}\);(?=var require_\w+=__commonJS|(?:module\.)?exports\b)/g, (found) => blanks('closed', found, ');'))
    .replace('(0,cb[__getOwnPropNames(cb)[0]])(', (found) => blanks('called', found, 'cb('));
  if (counts.opened === 0 || counts.opened !== counts.closed || counts.called !== 1) {
    throw new Error(`esbuild wraps modules in another way now: ${JSON.stringify(counts)} in ${file}.`);
  }
  await writeFile(file, unwrapped);
}

/**
 * Two thirds of the text are two thirds of the time to read and compile it. Names of functions and classes stay, for stacks and messages;
 * the source map leads on from tsc's of the file at `path`.
 */
async function shorten(code, path, bundled) {
  const names = { keep_fnames: true, keep_classnames: true };
  const shorter = await minify(code, {
    ...names,
    toplevel: true,
    compress: { ...names, passes: 2, inline: 1, reduce_funcs: false, global_defs: ownPlace(path, bundled) },
    sourceMap: { content: await readFile(`${path}.map`, 'utf8'), url: 'inline' },
  });
  return shorter.code;
}

await cp(compiled, dist, { recursive: true });

const hosts = resolve(dist, 'host/hosts.js');
await bundle(hosts, {
  contents: `exports.runThread = require('./hosts.js').runThread; exports.runProcess = require('./hosts.js').runProcess;`,
  prepare: (code) => loadLate(withoutInterop(code)),
  // A function of what a module has, in ASCII, as thread-entry takes it: to put it together there would copy the text at each start.
  banner: { js: '(function (exports, require, __dirname) {' },
  footer: { js: '})' },
  charset: 'ascii',
  minifyWhitespace: true,
  minifySyntax: true,
});
await unwrapModules(hosts);

// The threads between the test side and a child process.
for (const script of ['loop/process-relay.js', 'host/process-pipe.js']) {
  const entry = resolve(dist, script);
  await bundle(entry, {
    contents: `require('./${basename(script)}');`,
    prepare: (code) => loadLate(withoutInterop(code)),
    minifyWhitespace: true,
    minifySyntax: true,
  });
}

const main = resolve(dist, 'index.js');
const testSide = resolve(dist, 'test-side.js');
const names = Object.keys(createRequire(import.meta.url)(main));
await bundle(main, {
  contents: `module.exports = require('./index.js');`,
  prepare: (code, path) => (path === main ? withoutStars(code) : withoutInterop(code)),
  outfile: testSide,
  // Jest would read and decode it in each test file that makes a controller, to map frames that are hidden anyway.
  sourcemap: false,
  minifyWhitespace: true,
  minifySyntax: true,
});
await unwrapModules(testSide);

await bundle(main, {
  contents: `module.exports = require('./main.js');`,
  prepare: withoutStars,
  banner: {
    // Those who read a module's names without running it, as Node does for `import`, find them here and nowhere else.
    js: `0 && (module.exports = { ${names.join(', ')} });`,
  },
});

await prune({ joined, bundles });
