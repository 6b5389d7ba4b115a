/**
 * Loads files of this package inside a test's realm, without Jest's module system: what they make is native to the test. Jest's realm.
 */
import * as fs from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import * as path from 'node:path';
import * as vm from 'node:vm';

interface LoadedFile {
  exports: unknown;
}

const WRAPPER_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/** The exports of `file`, evaluated in `context` with all that it requires from this package. */
export function loadInRealm(context: vm.Context, file: string): unknown {
  const loaded = new Map<string, LoadedFile>();
  const load = (filename: string): unknown => {
    const known = loaded.get(filename);
    if (known !== undefined) return known.exports;
    const module: LoadedFile = { exports: vm.runInContext('({})', context) };
    loaded.set(filename, module);
    const outerRequire = createRequire(filename);
    const requireInRealm = (specifier: string): unknown =>
      isBuiltin(specifier) ? outerRequire(specifier) : load(outerRequire.resolve(specifier));
    const innerRequire = Object.assign(requireInRealm, { cache: {}, resolve: outerRequire.resolve });
    const run = vm.compileFunction(fs.readFileSync(filename, 'utf8'), WRAPPER_PARAMETERS, { filename, parsingContext: context });
    run.call(module.exports, module.exports, innerRequire, module, filename, path.dirname(filename));
    return module.exports;
  };
  return load(file);
}
