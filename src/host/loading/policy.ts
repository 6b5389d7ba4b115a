/**
 * Which of Jest's rules holds for a file or specifier, judged where it is needed and without asking. Server side; reads package.json files.
 *
 * The rules are Jest's own, read from its configuration: what they leave alone (node_modules, as a rule) costs no question.
 */
import * as path from 'node:path';
import { Script } from 'node:vm';
import { ConditionalPackages } from './conditional-packages';
import type { JestLoaderSettings } from '../../protocol/loader';
import { readManifest } from './manifest';
import { withoutMarks } from './source-text';

/** Everything of this package: its own code runs as it is, whatever the project configures. */
const OWN_FOLDER = path.resolve(__dirname, '..', '..') + path.sep;

const NODE_MODULES = `${path.sep}node_modules${path.sep}`;
/** What Node's strip-only mode can read. */
const STRIPPABLE = new Set(['.ts', '.mts', '.cts']);
const NEVER_CODE = new Set(['.json', '.node', '.wasm']);

export function isOwnFile(file: string): boolean {
  return file.startsWith(OWN_FOLDER);
}

export function isInNodeModules(file: string): boolean {
  return file.includes(NODE_MODULES);
}

/** Whether a file's name says that it is TypeScript. */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}

/** Whether Node takes a file for an ES module, by its name and its package.json. */
export function isEsmToNode(file: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  return !/\.c[jt]s$/.test(file) && packageType(path.dirname(file)) === 'module';
}

/** Whether a file's code runs as an ES module only: it imports, exports, or waits at its top level. So counts, too, what is wrong either way. */
export function isEsmOnly(file: string, code: string): boolean {
  // Nearly all code is spared the second look.
  const mayBe = /^\s*(?:import|export)\b|\bimport\.meta\b/m.test(code) || (/\bawait\b/.test(code) && isEsmToNode(file));
  return mayBe && !isScript(code);
}

function isScript(code: string): boolean {
  try {
    new Script(`(function () {${withoutMarks(code)}\n})`);
    return true;
  } catch {
    return false;
  }
}

export class Policy {
  /** Jest runs ES modules as such. */
  readonly esm: boolean;
  readonly #settings: JestLoaderSettings;
  readonly #mapped: readonly RegExp[];
  readonly #transformed: readonly RegExp[];
  readonly #ignored: readonly RegExp[];
  readonly #uncovered: readonly RegExp[];
  readonly #conditional: ConditionalPackages | undefined;

  constructor(settings: JestLoaderSettings) {
    this.#settings = settings;
    this.esm = settings.esm;
    this.#mapped = expressions(settings.moduleNameMapper);
    this.#transformed = expressions(settings.transform);
    this.#ignored = expressions(settings.transformIgnorePatterns);
    this.#uncovered = expressions(settings.coveragePathIgnorePatterns);
    if (settings.exportConditions.length > 0) this.#conditional = new ConditionalPackages(settings.exportConditions);
  }

  /** Whether Jest would run something else than the file's own text: a transform's output, stripped types, counted code. */
  changes(file: string): boolean {
    const extension = path.extname(file);
    if (NEVER_CODE.has(extension) || isOwnFile(file)) return false;
    if (!anyTakes(this.#ignored, file)) {
      if (anyTakes(this.#transformed, file)) return true;
      if (this.#settings.stripsTypes && STRIPPABLE.has(extension)) return true;
    }
    return this.#settings.coverage === 'babel' && !anyTakes(this.#uncovered, file);
  }

  /** Whether the file may be in the coverage report at all; the foreground decides. */
  covers(file: string): boolean {
    return !isOwnFile(file) && !anyTakes(this.#uncovered, file);
  }

  /** Whether the project may have a say in any resolution at all: by a mapper or a resolver, which may take core modules' names too. */
  get mayResolve(): boolean {
    return this.#settings.customResolver || this.#mapped.length > 0;
  }

  /**
   * Whether a resolution is Jest's own affair: a `moduleNameMapper` entry matches, the project has a resolver, or the package has a file
   * for a condition of the project's own.
   */
  resolves(specifier: string, from: string): boolean {
    if (this.#settings.customResolver || anyTakes(this.#mapped, specifier)) return true;
    return this.#conditional?.concerns(specifier, from) === true;
  }

  /** Whether Jest loads the file as an ES module, where it runs with ES modules at all. */
  isEsm(file: string): boolean {
    if (!this.esm) return false;
    const extension = path.extname(file);
    if (extension === '.mjs') return true;
    if (extension === '.cjs') return false;
    if (extension !== '.js') return this.#settings.extensionsToTreatAsEsm.includes(extension);
    return packageType(path.dirname(file)) === 'module';
  }
}

/** One for each, as Jest has them: joined, their groups would be numbered and named together. */
function expressions(sources: readonly string[]): RegExp[] {
  return sources.map((source) => new RegExp(source));
}

function anyTakes(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

const packageTypes = new Map<string, string | undefined>();

/** `type` in the nearest package.json at or above a folder. */
export function packageType(folder: string): string | undefined {
  if (packageTypes.has(folder)) return packageTypes.get(folder);
  const type = readPackageType(folder);
  packageTypes.set(folder, type);
  return type;
}

function readPackageType(folder: string): string | undefined {
  const text = readManifest(folder);
  if (text === undefined) {
    const parent = path.dirname(folder);
    return parent === folder ? undefined : packageType(parent);
  }
  try {
    const manifest = JSON.parse(text) as { type?: unknown } | null;
    return typeof manifest?.type === 'string' ? manifest.type : undefined;
  } catch {
    return undefined;
  }
}
