/**
 * How the project's modules are imported: where they are and what runs in their place. Server side, in the host's thread or, on a Node
 * without synchronous hooks, in Node's hooks thread. The two kinds of hooks are thin shells over this.
 */
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exportedNames } from './exported-names';
import { coreName, resolveUnhooked } from './node-internals';
import { isEsmOnly, isEsmToNode, isOwnFile, type Policy } from './policy';
import type { Resolution } from './resolution';
import { withoutMarks } from './source-text';

/** Jest's part: which files it changes, and into what. */
export interface ProjectCode {
  readonly policy: Policy;
  /** Gives the code that runs in place of a file. */
  transform(file: string, esm: boolean): string;
}

/** What a load hook answers with, or what it tells Node's own loading. */
export type ImportedSource =
  { readonly kind: 'source'; readonly source: string } | { readonly kind: 'node'; readonly format: 'module' | undefined };

export class EsmRules {
  readonly #resolution: Resolution;
  readonly #code: ProjectCode | undefined;

  /** Without `code` modules load as Node does; only the resolution has a say. */
  constructor(resolution: Resolution, code: ProjectCode | undefined) {
    this.#resolution = resolution;
    this.#code = code;
  }

  /** The URL for a specifier that Node must not be asked for; undefined leaves it to Node. */
  before(specifier: string, parentUrl: string | undefined): string | undefined {
    const from = fileOf(parentUrl);
    const resolved = this.#resolution.before(specifier, from, true);
    if (resolved !== undefined) return urlOf(this.#resolution.after(resolved, from));
    const core = coreName(specifier);
    if (core !== undefined) {
      const replaced = this.#resolution.after(core, from);
      return replaced === core ? undefined : urlOf(replaced);
    }
    if (this.#code === undefined || parentUrl === undefined || !/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier)) return undefined;
    const url = new URL(specifier, parentUrl);
    const file = this.#probe(fileURLToPath(url));
    if (file === undefined) return undefined;
    return urlOf(this.#resolution.after(file, from)) + url.search + url.hash;
  }

  /** The URL in place of the one that Node found. */
  after(url: string, parentUrl: string | undefined): string {
    const file = fileOf(url);
    if (file === undefined) return url;
    const replaced = this.#resolution.after(file, fileOf(parentUrl));
    return replaced === file ? url : urlOf(replaced);
  }

  /** Where Jest would find what Node did not: without extension, in another module directory, by the package's own name. */
  afterFailure(specifier: string, parentUrl: string | undefined): string | undefined {
    const from = fileOf(parentUrl);
    if (from === undefined || this.#code === undefined) return undefined;
    try {
      return urlOf(this.#resolution.after(this.#find(specifier, from), from));
    } catch {
      return undefined;
    }
  }

  load(url: string, importsJson: boolean): ImportedSource {
    const file = fileOf(url);
    if (file === undefined || this.#code === undefined || isOwnFile(file)) return { kind: 'node', format: undefined };
    const { policy } = this.#code;
    if (file.endsWith('.json')) {
      // Jest asks for no import attribute; with one, Node knows what to do.
      return importsJson ? { kind: 'node', format: undefined } : { kind: 'source', source: jsonModule(file) };
    }
    if (policy.isEsm(file)) {
      if (!policy.changes(file)) return { kind: 'node', format: 'module' };
      return { kind: 'source', source: this.#code.transform(file, true) };
    }
    if (!policy.changes(file)) return { kind: 'node', format: undefined };
    const code = this.#code.transform(file, false);
    // What no transform has made CommonJS.
    if (!policy.esm && isEsmOnly(file, code)) return { kind: 'source', source: code };
    // Of an ES module that only the transform has made CommonJS, who imports it expects what that exports by `default`.
    const byDefault = !policy.esm && isEsmToNode(file) ? 'required?.__esModule ? required.default : required' : 'required';
    return { kind: 'source', source: commonJsModule(file, byDefault, this.#namesOf(file, code, this.#code)) };
  }

  /** What a CommonJS module exports by name, with what it has from others. */
  #namesOf(file: string, code: string, project: ProjectCode): Set<string> {
    const names = new Set<string>();
    const seen = new Set([file]);
    const add = (from: string, text: string): void => {
      const exported = exportedNames(text);
      for (const name of exported.names) names.add(name);
      for (const specifier of exported.from) {
        const other = this.#findRequired(specifier, from);
        if (other === undefined || seen.has(other) || project.policy.isEsm(other)) continue;
        seen.add(other);
        add(other, project.policy.changes(other) ? project.transform(other, false) : readFileSync(other, 'utf8'));
      }
    };
    add(file, code);
    return names;
  }

  /** The file with code that `require` will find; undefined where there is none, which is for `require` to say. */
  #findRequired(specifier: string, from: string): string | undefined {
    try {
      const found = this.#resolution.after(this.#resolution.before(specifier, from, false) ?? this.#find(specifier, from), from);
      return coreName(found) !== undefined || /\.(?:json|node|wasm)$/.test(found) ? undefined : found;
    } catch {
      return undefined;
    }
  }

  /** @throws Node's own error */
  #find(specifier: string, from: string): string {
    return this.#resolution.orOwnPackage(specifier, from, (asked) => resolveUnhooked(asked, from));
  }

  /** A file as Jest finds it: by its name, with an extension of the project's, or as a folder. */
  #probe(file: string): string | undefined {
    if (isFile(file)) return undefined;
    try {
      return resolveUnhooked(file, file);
    } catch {
      return undefined;
    }
  }
}

function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') === true ? fileURLToPath(url) : undefined;
}

function urlOf(resolved: string): string {
  const core = coreName(resolved);
  return core === undefined ? pathToFileURL(resolved).href : `node:${core.replace(/^node:/, '')}`;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function jsonModule(file: string): string {
  return `export default JSON.parse(${JSON.stringify(withoutMarks(readFileSync(file, 'utf8')))});`;
}

/** An ES module that stands for a CommonJS one which only `require` can load: the same instance, with its exports by name, and `byDefault`. */
function commonJsModule(file: string, byDefault: string, exported: ReadonlySet<string>): string {
  const names = [...exported].filter((name) => name !== 'default');
  return [
    `import { createRequire } from 'node:module';`,
    `const required = createRequire(import.meta.url)(${JSON.stringify(file)});`,
    `export default ${byDefault};`,
    ...names.map((name, index) => `const $${String(index)} = required[${JSON.stringify(name)}]; export { $${String(index)} as ${name} };`),
  ].join('\n');
}
