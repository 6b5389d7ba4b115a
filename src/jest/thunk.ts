/**
 * Reads `() => import('./module')` without running it. Test side, in a Jest test.
 */
import { createRequire } from 'node:module';
import { callSite } from '../controller/call-site';
import { surroundings } from '../controller/surroundings';
import { ModuleLoadError, UsageError } from '../errors/errors';

/** As TypeScript, Babel and SWC leave it: `import('…')`, or a `require('…')` in whatever wrapping. */
const SPECIFIER = /\b(?:import|require)\(\s*(?:\/\*.*?\*\/\s*)?(["'`])((?:(?!\1).)+)\1/s;

/** For those who hand over an application or a server: the mistake is easily made, since tests without threads do just that. */
export const STAYS_HERE = 'A server that the test file makes cannot leave it: make and export it in a module of its own.';

export interface ThunkTarget {
  readonly file: string;
  /** The specifier as written, for names in messages. */
  readonly specifier: string;
}

/**
 * The file that a thunk would import, resolved as Jest resolves it from the file that called `useController`.
 * @throws {UsageError} for a function that holds no import; {ModuleLoadError} when the module is not there
 */
export function readThunk(thunk: () => unknown): ThunkTarget {
  const source = Function.prototype.toString.call(thunk);
  const specifier = SPECIFIER.exec(source)?.[2];
  if (specifier === undefined) {
    throw new UsageError(
      `useController() was given a function without an import: ${source.replace(/\s+/g, ' ').slice(0, 80)}. ` +
        `Expected a Controller class, an instance, or () => import('./module') with the path written out. ${STAYS_HERE}`,
    );
  }
  const from = surroundings()?.testPath;
  const caller = callSite()?.file ?? from;
  if (caller === undefined) throw new UsageError('useController() could not tell which file called it. Pass the Controller class instead.');
  try {
    return { file: resolve(specifier, caller), specifier };
  } catch (cause) {
    throw new ModuleLoadError(`The module '${specifier}' of useController() was not found from ${caller}. Correct its path.`, { cause });
  }
}

function resolve(specifier: string, from: string): string {
  const around = surroundings();
  return around === undefined ? createRequire(from).resolve(specifier) : around.resolve(specifier, from);
}
