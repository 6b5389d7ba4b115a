/**
 * Which packages have a file of their own for a condition that only this project gives, as those of a workspace do that show their sources
 * to each other. Node's conditions are fixed when a thread starts, so Jest's resolver is asked for these; the others are Node's, and cost no
 * question. Server side; reads package.json files.
 */
import * as path from 'node:path';
import { packageName, readManifest } from './manifest';
import { coreName, moduleInternals } from './node-internals';

export class ConditionalPackages {
  /** The conditions as they are written in a package.json. */
  readonly #written: readonly string[];
  readonly #answers = new Map<string, boolean>();

  constructor(conditions: readonly string[]) {
    this.#written = conditions.map((condition) => JSON.stringify(condition));
  }

  /** Whether one of the conditions may decide what `specifier` means to `from`. */
  concerns(specifier: string, from: string): boolean {
    // Paths and URLs ask no package.
    if (/^(?:\.{0,2}[\\/]|\.{1,2}$|[a-zA-Z][\w+.-]*:)/.test(specifier) || coreName(specifier) !== undefined) return false;
    const folder = path.dirname(from);
    // `#imports`, and the package's own name.
    if (this.#ofOwner(folder)) return true;
    if (specifier.startsWith('#')) return false;
    return this.#ofPackage(packageName(specifier.split('/')), folder);
  }

  #ofPackage(name: string, folder: string): boolean {
    return this.#remember(`${folder}\0${name}`, () => {
      for (const modules of moduleInternals._nodeModulePaths(folder)) {
        const answer = this.#read(path.join(modules, name));
        if (answer !== undefined) return answer;
      }
      return false;
    });
  }

  /** The package that a folder belongs to. */
  #ofOwner(folder: string): boolean {
    return this.#remember(folder, () => {
      const parent = path.dirname(folder);
      return this.#read(folder) ?? (parent !== folder && this.#ofOwner(parent));
    });
  }

  /** Undefined where there is no package. */
  #read(folder: string): boolean | undefined {
    const text = readManifest(folder);
    return text === undefined ? undefined : this.#written.some((condition) => text.includes(condition));
  }

  #remember(key: string, find: () => boolean): boolean {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = find();
    this.#answers.set(key, answer);
    return answer;
  }
}
