/**
 * Reads `() => import('./module')` without running it. Test side, in a Jest test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { callingFiles } from '../../controller/source/call-site';
import { surroundings } from '../../controller/surroundings';
import { ModuleLoadError, UsageError } from '../../errors/errors';
import { remedyBeyondImport } from './beyond-import';

/** As TypeScript, Babel and SWC leave it: `import('…')`, or a `require('…')` in whatever wrapping. */
const SPECIFIER = /\b(?:import|require)\(\s*(?:\/\*.*?\*\/\s*)?(["'`])((?:(?!\1|\$\{).)+)\1/s;

/** One whose path is in a variable, or put together. */
const COMPUTED = /\b(?:import|require)\(/;

/** For those who hand over an application or a server: the mistake is easily made, since tests without threads do just that. */
export const STAYS_HERE = 'A server that the test file makes cannot leave it: make and export it in a module of its own.';

export interface ThunkTarget {
  readonly file: string;
  /** The specifier as written, for names in messages. */
  readonly specifier: string;
}

/**
 * The file that a thunk would import, resolved as Jest resolves it from the file that the thunk is written in.
 * @throws {UsageError} for a function that holds no import, or does more than import; {ModuleLoadError} when the module is not there
 */
export function readThunk(thunk: () => unknown): ThunkTarget {
  const specifier = readSpecifier(Function.prototype.toString.call(thunk));
  const caller = whereWritten(specifier);
  if (caller === undefined) throw new UsageError('useController() could not tell which file called it. Pass the Controller class instead.');
  try {
    return { file: resolve(specifier, caller), specifier };
  } catch (cause) {
    throw new ModuleLoadError(`The module '${specifier}' of useController() was not found from ${caller}. ${remedy(specifier, caller)}`, {
      cause,
    });
  }
}

/** The path in the text of a thunk. @throws {UsageError} where it is not there, or is not all */
export function readSpecifier(source: string): string {
  const found = SPECIFIER.exec(source);
  const [all = '', , specifier] = found ?? [];
  if (found === null || specifier === undefined) {
    const shown = source.replace(/\s+/g, ' ').replace(/^(.{80}).+$/, '$1…');
    throw new UsageError(
      COMPUTED.test(source)
        ? `useController() was given an import whose path is not written out: ${shown}. ` +
            "Expected () => import('./module') with the path as plain text: it is read, and the function never runs."
        : `useController() was given a function without an import: ${shown}. ` +
            `Expected a Controller class, an instance, or () => import('./module') with the path written out. ${STAYS_HERE}`,
    );
  }
  const remedy = remedyBeyondImport(source.slice(0, found.index), source.slice(found.index + all.length), specifier);
  if (remedy === undefined) return specifier;
  // The line of the call shows it as it was written, without what a compiler has made of it.
  throw new UsageError(
    `useController() was given a function that does more than import. It never runs: only the path in it is read. ${remedy}`,
  );
}

/** TypeScript may want `./app.js` for a file `app.ts`, which Jest's resolver knows nothing of. */
function remedy(specifier: string, caller: string): string {
  const source = path.resolve(path.dirname(caller), specifier.replace(/js(x?)$/, 'ts$1'));
  if (!/^\.\.?\//.test(specifier) || !existsSync(source)) return 'Correct its path.';
  const extension = path.extname(specifier).slice(1);
  const mapping = `moduleNameMapper: { '^(\\\\.{1,2}/.*)\\\\.${extension}$': '$1' }`;
  return `${source} is there: for imports of that form, set ${mapping} in Jest's configuration.`;
}

/**
 * The caller of `useController`, or who handed the thunk to it: a helper that calls `useController` for many test files is given theirs. V8
 * would know where a function is written, but takes longer to say so than a server to start; so the texts of the files are asked.
 */
function whereWritten(specifier: string): string | undefined {
  const testPath = surroundings()?.testPath;
  const callers = callingFiles();
  const [innermost = testPath, ...outer] =
    testPath !== undefined && callers.includes(testPath) ? callers.slice(0, callers.indexOf(testPath) + 1) : callers;
  const others = outer.filter((file) => !PACKAGES.test(file)); // Without the environment, Jest's own files are among them.
  if (innermost === undefined || others.length === 0) return innermost;
  return [innermost, ...others].find((file) => holds(file, specifier)) ?? innermost;
}

/** Whether the text of `file` has the specifier in quotes. */
function holds(file: string, specifier: string): boolean {
  try {
    const text = readFileSync(file, 'utf8');
    return QUOTES.some((quote) => text.includes(quote + specifier + quote));
  } catch {
    return false; // Not on the disk: a module that a transform has made up.
  }
}

const PACKAGES = /[\\/]node_modules[\\/]/;
const QUOTES = ["'", '"', '`'];

function resolve(specifier: string, from: string): string {
  const around = surroundings();
  return around === undefined ? createRequire(from).resolve(specifier) : around.resolve(specifier, from);
}
