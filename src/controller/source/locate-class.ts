/**
 * Finds the module that exports a class, so that it can be loaded beside the server. Test side.
 *
 * In CommonJS, Jest's and Node's, the module registry knows (1–2 ms); elsewhere V8 knows where a function was written (20–200 ms).
 */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { ModuleLoadError } from '../../errors/errors';
import { classNameOf } from '../../protocol/class-name';
import type { ModuleTarget } from '../../protocol/messages';
import { functionLocation } from './function-location';

type Class = abstract new (...args: never[]) => unknown;

const PACKAGE_ROOT = path.join(__dirname, '..', '..') + path.sep;

const found = new WeakMap<Class, ModuleTarget>();

/**
 * The module and the export of `Class`.
 * @param testFile the running test's file, which cannot be loaded beside the server
 * @throws {ModuleLoadError} when no module exports it
 */
export function locateClass(Class: Class, testFile?: string): ModuleTarget {
  const known = found.get(Class);
  if (known !== undefined) return known;
  const target = ownDeclaration(Class) ?? registryEntry(Class) ?? writtenAt(Class);
  if (target === undefined) throw new ModuleLoadError(notFound(Class));
  if (target.file === testFile) throw new ModuleLoadError(inTestFile(Class, testFile));
  found.set(Class, target);
  return target;
}

/** Remembers where a class is while the registry still knows it; finding nothing is no error yet. */
export function rememberClass(Class: Class): void {
  if (found.has(Class)) return;
  const target = ownDeclaration(Class) ?? registryEntry(Class);
  if (target !== undefined) found.set(Class, target);
}

function ownDeclaration(Class: Class): ModuleTarget | undefined {
  if (!Object.hasOwn(Class, 'module')) return undefined;
  const { module } = Class as { module?: unknown };
  if (typeof module !== 'string') {
    throw new ModuleLoadError(
      `Expected \`static module\` of ${classNameOf(Class)} to be a path or a file URL, got ${util.inspect(module)}.`,
    );
  }
  const file = module.startsWith('file:') ? fileURLToPath(module) : path.resolve(module);
  return { file, form: 'class', className: classNameOf(Class) };
}

/** The last module in load order: a barrel that re-exports the class comes into the registry before the file that defines it. */
function registryEntry(Class: Class): ModuleTarget | undefined {
  const registry: NodeJS.Dict<NodeJS.Module> = require.cache;
  const files = Object.keys(registry).reverse();
  for (const round of ROUNDS) {
    for (const file of files) {
      if (file.startsWith(PACKAGE_ROOT)) continue;
      const name = exportName(registry[file], Class, (exported, key) => round === roundOf(exported, key, Class));
      if (name !== undefined) return { file, form: 'class', className: classNameOf(Class), ...(name === '' ? {} : { export: name }) };
    }
  }
  return undefined;
}

/**
 * How likely an export is the class, by what can be seen of it without reading it: some transforms export through getters, and coverage
 * counts each that is read. Searched in this order.
 */
const ROUNDS = ['likely', 'possible', 'unlikely'] as const;

function roundOf(exported: object, key: string, Class: Class): (typeof ROUNDS)[number] {
  if (key === classNameOf(Class)) return 'likely';
  if (key !== 'default') return 'unlikely';
  return Object.getOwnPropertyDescriptor(exported, key)?.get === undefined ? 'likely' : 'possible';
}

function exportName(
  module: NodeJS.Module | undefined,
  Class: Class,
  isAsked: (exported: object, key: string) => boolean,
): string | undefined {
  try {
    const exported: unknown = module?.exports;
    if (exported === Class) return '';
    if (typeof exported !== 'object' || exported === null) return undefined;
    return Object.keys(exported).find((key) => isAsked(exported, key) && isExport(exported, key, Class));
  } catch {
    return undefined;
  }
}

/**
 * A getter of somebody's exports may throw, warn of its age, or load what nobody asked for: those are read that compilers have written,
 * and those with a name that is usual for the class. Only what it gives matters.
 */
function isExport(exported: object, key: string, Class: Class): boolean {
  try {
    const members = exported as Readonly<Record<string, unknown>>;
    const { get } = Object.getOwnPropertyDescriptor(members, key) ?? {};
    if (get !== undefined && members.__esModule !== true && roundOf(exported, key, Class) === 'unlikely') return false;
    return members[key] === Class;
  } catch {
    return false;
  }
}

function writtenAt(Class: Class): ModuleTarget | undefined {
  const url = functionLocation(Class);
  if (url === undefined || url === '' || url.startsWith('node:')) return undefined;
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.isAbsolute(file) ? { file, form: 'class', className: classNameOf(Class) } : undefined;
}

function notFound(Class: Class): string {
  const name = classNameOf(Class) || 'an anonymous class';
  return (
    `No module exports ${name}, so it cannot be loaded beside its server. Export it from a module of its own, ` +
    `or set \`static readonly module = __filename\` (in an ES module: \`import.meta.url\`) on it.`
  );
}

function inTestFile(Class: Class, testFile: string): string {
  return (
    `${classNameOf(Class)} is defined in the test file ${testFile}, which cannot be loaded beside the server: it would run the tests there. ` +
    `Move the class to a module of its own and export it. Variables that it shares with the tests become its fields, which \`remote\` reads.`
  );
}
