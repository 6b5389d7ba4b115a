/**
 * Which of a module's exports is the controller, the server, or what makes one. Server side.
 */
import { readFileSync } from 'node:fs';
import { Server } from 'node:net';
import { inspect } from 'node:util';
import { isPromise } from 'node:util/types';
import { isMainThread } from 'node:worker_threads';
import { hasBrand } from '../../errors/brand';
import { FactoryError, ModuleLoadError } from '../../errors/errors';
import { classNameOf } from '../../protocol/class-name';
import type { ModuleTarget } from '../../protocol/messages';
import { isClass } from '../../protocol/is-class';
import { startedServers } from '../../server/shapes/insides';
import type { Source } from '../../server/types';
import { listNames } from '../calls/name-list';

/** What a controller is made of. */
export type Picked =
  | { readonly kind: 'class'; readonly Class: new (...args: unknown[]) => object }
  /** `source` says what made it, for messages. */
  | { readonly kind: 'make'; make(): unknown; source(): Source };

type Exports = Readonly<Record<string, unknown>>;

/** @throws {ModuleLoadError | FactoryError} saying what the module exports instead, and what to do */
export function pickExport(exported: unknown, target: ModuleTarget): Picked {
  if (target.form === 'class') return { kind: 'class', Class: pickClass(exported, target) };
  const value = target.export === undefined ? mainExport(exported, target) : namedExport(exported, target.export, target);
  if (isControllerClass(value)) return { kind: 'class', Class: value };
  return { kind: 'make', make: maker(value, target), source: () => sourceOf(value, target) };
}

function pickClass(exported: unknown, target: ModuleTarget): new (...args: unknown[]) => object {
  const value = target.export === undefined ? classExport(exported, target) : namedExport(exported, target.export, target);
  if (isControllerClass(value)) return value;
  throw new ModuleLoadError(
    `${nameExport(target)} of ${target.file} is no controller: expected a class that extends the Controller of jest-controller, got ${show(value)}.`,
  );
}

function classExport(exported: unknown, target: ModuleTarget): unknown {
  if (isControllerClass(exported)) return exported;
  const exports = asExports(exported);
  const inner = asExports(exports['default']);
  const { className = '' } = target;
  for (const candidate of [exports[className], exports['default'], inner[className], inner['default']]) {
    if (isControllerClass(candidate)) return candidate;
  }
  if (exports[className] !== undefined) return exports[className];
  const alike = exportNames(exports).filter((name) => isControllerClass(exports[name]) && classNameOf(exports[name]) === className);
  if (alike.length === 1) return exports[alike.join()];
  throw new ModuleLoadError(`${target.file} ${missingClass(className, alike.length)}; it exports ${listExports(exports)}. ${NAME_IT}`);
}

const NAME_IT = 'Give it the name under which it is exported, as in `class App extends …`, or export it as default.';

function missingClass(className: string, found: number): string {
  const name = className === '' ? 'without a name' : className;
  if (found === 0) return `exports no class ${name}`;
  return `exports ${found.toString()} classes ${name}, and it is unclear which is meant`;
}

function namedExport(exported: unknown, name: string, target: ModuleTarget): unknown {
  const exports = asExports(exported);
  const inner = asExports(exports['default']);
  // A CommonJS module seen from an ES import has its exports under default.
  if (Object.hasOwn(exports, name)) return exports[name];
  if (Object.hasOwn(inner, name)) return inner[name];
  throw new ModuleLoadError(
    `${target.file} has no export '${name}'; it exports ${listExports(exports)}. Correct the export's name, or export it under that one.`,
  );
}

/** The default export, else the only one; a CommonJS module that is the app itself is its own main export. */
function mainExport(exported: unknown, target: ModuleTarget): unknown {
  if (typeof exported !== 'object' || exported === null) return exported;
  const exports = exported as Exports;
  if (Object.hasOwn(exports, 'default')) return withoutInterop(exports['default']);
  if (!isNamespace(exported)) return exported;
  const names = exportNames(exports);
  const [only] = names;
  if (only === undefined)
    throw new ModuleLoadError(
      `${target.file} exports nothing${startedServers().length > 0 ? ', though it has made a server listen' : ''}. ` +
        `Export the app, the server that its listen() gives, or a function that makes one, as default.${ofThreads(target)}`,
    );
  if (names.length === 1) return exports[only];
  throw new ModuleLoadError(
    `${target.file} has no default export, and more than one: ${listNames(names)}. ` +
      `Export the app as default, or choose one with { export: '${likeliest(exports, names) ?? only}' }.`,
  );
}

/** A file that is its own worker takes the thread that it is loaded in for such. */
function ofThreads({ file }: ModuleTarget): string {
  if (isMainThread || !/\bisMainThread\b/.test(readFileSync(file, 'utf8'))) return '';
  return ' It asks for `isMainThread`, which does not hold in the thread of a ThreadLoop: if it makes its server only where it does, give it `loop: new ProcessLoop()`.';
}

/** Of a server, what it serves and its settings the server, of functions one that would not be refused. */
function likeliest(exports: Exports, names: readonly string[]): string | undefined {
  const isUsable = (value: unknown): boolean => typeof value === 'function' && value.length !== 1;
  return (
    names.find((name) => exports[name] instanceof Server) ??
    names.find((name) => isObjectLike(asExports(exports[name]))) ??
    names.find((name) => isUsable(exports[name]))
  );
}

/** `import()` of a transpiled CommonJS module gives its exports as default, and their default inside. */
function withoutInterop(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value ? value.default : value;
}

function maker(value: unknown, target: ModuleTarget): () => unknown {
  if (typeof value !== 'function' || isObjectLike(value)) return () => value;
  if (isClass(value)) {
    throw new ModuleLoadError(
      `${nameExport(target)} of ${target.file} is the class ${classNameOf(value)}, which does not extend the Controller of jest-controller. Export one that does, an instance, or a function that makes the server.`,
    );
  }
  if (value.length === 0) {
    const make = value as () => unknown;
    return TAKES_ANY.test(Function.prototype.toString.call(make)) ? calledWithNothing(make, target) : make;
  }
  if (value.length >= 2) return () => value;
  throw new FactoryError(
    `${nameExport(target)} of ${target.file} is a function of one parameter, so it is unclear what it is. ` +
      `If it makes the server, take no parameter (options come as \`data\` of a Controller); if it answers requests, take (request, response), or export an object { fetch } where it takes a Request.`,
  );
}

/** Parameters that are not counted: `...args`, `arguments`, or those of a bound function. */
const TAKES_ANY = /^[^(]*\(\s*\.\.\.|\barguments\b|\[native code\]/;

/** It may be a request listener, which fails of a request that nobody has made. */
function calledWithNothing(make: () => unknown, target: ModuleTarget): () => unknown {
  const tell = (error: unknown): never => {
    if (!(error instanceof TypeError)) throw error;
    process.emitWarning(
      `${nameExport(target)} of ${target.file} names no parameters, so it was called without any, as a function that makes the server. ` +
        'If it answers requests, export `(request, response) => …`, which calls it.',
    );
    throw error;
  };
  return () => {
    try {
      const made = make();
      return isPromise(made) ? made.catch(tell) : made;
    } catch (error) {
      return tell(error);
    }
  };
}

function sourceOf(value: unknown, target: ModuleTarget): Source {
  if (typeof value !== 'function' || value.length > 0 || isObjectLike(value)) {
    return { subject: `${nameExport(target)} of ${target.file}`, verb: 'is' };
  }
  // The last is Babel's for a function that the module exports as default.
  const isNamed = !['', 'default', '_default'].includes(value.name);
  return { subject: `${isNamed ? `${value.name}()` : 'The exported function'} of ${target.file}`, verb: 'returned' };
}

/** Frameworks whose application is a function with methods. */
function isObjectLike(value: object): boolean {
  return ['handle', 'fetch', 'listen', 'callback', 'use'].some((name) => typeof (value as Exports)[name] === 'function');
}

function isControllerClass(value: unknown): value is new (...args: unknown[]) => object {
  return typeof value === 'function' && hasBrand(value.prototype, 'Controller');
}

/** Whether an exports object is a bag of names rather than the app itself: an ES module, a transpiled one, or a plain object of exports. */
function isNamespace(exports: object): boolean {
  if ('__esModule' in exports || (exports as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Module') return true;
  const prototype: unknown = Object.getPrototypeOf(exports);
  const plain = prototype === null || prototype === Object.prototype;
  return (
    plain &&
    !['listen', 'close', 'stop', 'fetch'].some((name) => typeof (exports as Exports)[name] === 'function') &&
    !startsParts(exports as Exports)
  );
}

/** As `{ app, start }` may. Of functions alone, as `{ init, start }`, each makes a server of its own. */
function startsParts(exports: Exports): boolean {
  return (
    typeof exports['start'] === 'function' && Object.values(exports).some((value) => typeof value !== 'function' || isObjectLike(value))
  );
}

function asExports(value: unknown): Exports {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Exports) : {};
}

function exportNames(exports: Exports): string[] {
  return Object.keys(exports).filter((name) => name !== '__esModule' && name !== 'module.exports');
}

function listExports(exports: Exports): string {
  const names = exportNames(exports);
  return names.length === 0 ? 'nothing' : listNames(names);
}

function nameExport(target: ModuleTarget): string {
  return target.export === undefined ? 'The main export' : `The export '${target.export}'`;
}

function show(value: unknown): string {
  return inspect(value, { depth: 0, maxStringLength: 80, breakLength: Infinity });
}
