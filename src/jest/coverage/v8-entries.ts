/**
 * What the servers of a test file have covered by the v8 provider, as Jest's runner takes it. Jest's outer realm.
 *
 * Jest has one entry for each script of a test file, and adds up those of all files when it is done. A file may start a server for each of its
 * tests: their counts are added up here, since each entry holds the code that it speaks of, and goes to Jest's parent process with it.
 */
import type { TransformResult as JestTransformResult } from '@jest/transform';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CoveredScript } from '../../protocol/loader';

/** The counts of a script, and the code that they speak of. */
export interface V8Entry {
  readonly codeTransformResult: JestTransformResult & { readonly wrapperLength?: number };
  readonly result: { readonly scriptId: string; readonly url: string; readonly functions: CoveredScript['functions'] };
}

export class V8Entries {
  /** By file; a file that is loaded in two ways has two codes. */
  readonly #entries = new Map<string, V8Entry[]>();

  get all(): readonly V8Entry[] {
    return [...this.#entries.values()].flat();
  }

  add(script: CoveredScript): void {
    const added = entryOf(script);
    if (added === undefined) return;
    const known = this.#entries.get(script.file) ?? [];
    const same = known.findIndex(({ codeTransformResult: { code } }) => code === added.codeTransformResult.code);
    if (same < 0) known.push(added);
    else known[same] = sum(known[same] ?? added, added);
    this.#entries.set(script.file, known);
  }
}

function sum({ codeTransformResult, result }: V8Entry, added: V8Entry): V8Entry {
  const { functions } = loadV8Coverage().mergeScriptCovs([result, added.result]) ?? result;
  return { codeTransformResult, result: { ...result, functions } };
}

/** It comes without types. It may change what it is given, which nobody here reads again. */
function loadV8Coverage(): { mergeScriptCovs(scripts: readonly V8Entry['result'][]): V8Entry['result'] | undefined } {
  return require('@bcoe/v8-coverage') as ReturnType<typeof loadV8Coverage>;
}

/** Undefined where there is no code to speak of. */
function entryOf({ file, functions, transformed }: CoveredScript): V8Entry | undefined {
  const codeTransformResult = transformed === null ? untransformed(file) : { ...transformed, originalCode: transformed.originalCode ?? '' };
  return codeTransformResult && { codeTransformResult, result: { scriptId: pathToFileURL(file).href, url: file, functions } };
}

/** Undefined of a file that is gone, as one that a server has written, loaded and removed. */
function untransformed(file: string): JestTransformResult | undefined {
  try {
    const code = readFileSync(file, 'utf8');
    return { code, originalCode: code, sourceMapPath: null };
  } catch {
    return undefined;
  }
}
