/**
 * Loads files of this package inside a test's realm, without Jest's module system: what they make is native to the test. Jest's realm.
 *
 * Each is compiled once a process. Jest compiles anew for each test file, which takes longer than to start a server; a script that has
 * run in one realm runs in the next with its functions still compiled. (Figures: docs/performance.md.)
 */
import * as fs from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import * as path from 'node:path';
import * as vm from 'node:vm';

/** What the package's files need of it; Jest's is one, too. */
type Require = (specifier: string) => unknown;

interface LoadedFile {
  exports: unknown;
}

type Wrapper = (exports: unknown, require: Require, module: LoadedFile, filename: string, dirname: string) => void;

const WRAPPER = '(function (exports, require, module, __filename, __dirname) {';

/** By their file, since several copies of this package may be at work. */
const scripts = new Map<string, vm.Script>();

/**
 * The context in which an environment runs its test file. Null where it has none, and where it gives something else for one, as those do
 * that run tests in Jest's own realm and see to it that Jest's own calls of vm take that.
 */
export function contextOf(environment: { getVmContext(): vm.Context | null }): vm.Context | null {
  const context = environment.getVmContext();
  return context !== null && vm.isContext(context) ? context : null;
}

/** The exports of `file`, evaluated in `context` with all that it requires from this package. */
export function loadInRealm(context: vm.Context, file: string): unknown {
  const loaded = new Map<string, LoadedFile>();
  const load = (filename: string): unknown => {
    const known = loaded.get(filename);
    if (known !== undefined) return known.exports;
    const module = newModule(context);
    loaded.set(filename, module);
    const outerRequire = createRequire(filename);
    const requireInRealm = (specifier: string): unknown =>
      isBuiltin(specifier) ? outerRequire(specifier) : load(outerRequire.resolve(specifier));
    evaluate(context, filename, { module, require: Object.assign(requireInRealm, { cache: {}, resolve: outerRequire.resolve }) });
    return module.exports;
  };
  return load(file);
}

/** Core modules without which nothing of a server is heard, and no limit kept. */
const VITAL: ReadonlySet<string> = new Set(['async_hooks', 'path', 'timers', 'worker_threads']);

/**
 * The exports of `file`, evaluated in `context` with what it requires from `require`, but for vital core modules: a test that mocks one of
 * them means its own code, and not how its servers are reached.
 */
export function evaluateInRealm(context: vm.Context, file: string, require: Require): unknown {
  const module = newModule(context);
  const outerRequire = createRequire(file);
  const unmocked = new Proxy(require, {
    apply: (_require, _this, [specifier]: [string]) =>
      VITAL.has(specifier.replace(/^node:/, '')) ? (outerRequire(specifier) as unknown) : require(specifier),
  });
  evaluate(context, file, { module, require: unmocked });
  return module.exports;
}

function newModule(context: vm.Context): LoadedFile {
  return { exports: vm.runInContext('({})', context) };
}

function evaluate(context: vm.Context, file: string, { module, require }: { module: LoadedFile; require: Require }): void {
  const wrapper = compiled(file).runInContext(context) as Wrapper;
  wrapper.call(module.exports, module.exports, require, module, file, path.dirname(file));
}

function compiled(file: string): vm.Script {
  let script = scripts.get(file);
  if (script === undefined) {
    const code = `${WRAPPER}${fs.readFileSync(file, 'utf8')}\n})`;
    script = new vm.Script(code, { filename: file, columnOffset: -WRAPPER.length });
    scripts.set(file, script);
  }
  return script;
}
