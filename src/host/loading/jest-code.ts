/**
 * The code that runs in place of a project's file, got from the foreground and remembered for coverage. Server side.
 */
import { readFileSync } from 'node:fs';
import type { TransformResult } from '../../protocol/loader';
import type { Foreground } from './foreground';
import { isLoaded } from './node-internals';
import { isEsmOnly, isEsmToNode, isTypeScript, type Policy } from './policy';
import { withoutMarks, withSourceMap } from './source-text';

export class JestCode {
  readonly policy: Policy;
  /** What ran in place of each file; filled only where coverage needs it. */
  readonly results = new Map<string, TransformResult>();
  readonly #foreground: Foreground;
  readonly #onImport: () => void;
  /** What is no ES module, as was seen before it was required. */
  #ahead: { readonly file: string; readonly text: string } | undefined;

  /** `onImport` is called before code runs that may import. */
  constructor(policy: Policy, foreground: Foreground, onImport: () => void) {
    this.policy = policy;
    this.#foreground = foreground;
    this.#onImport = onImport;
  }

  /** @throws the transform's own error */
  transform(file: string, esm: boolean): string {
    const result = this.#foreground.transform(file, esm);
    if (result.originalCode !== null) this.results.set(file, result);
    return withSourceMap(result);
  }

  /** What `require` is to run for a file: a transform's output, or its own text. @throws the transform's own error */
  required(file: string): string {
    const ahead = this.#ahead?.file === file ? this.#ahead.text : undefined;
    const text = ahead ?? this.#commonJs(file);
    this.#ahead = undefined;
    if (/\bimport\s*\(/.test(text) || (ahead === undefined && isEsmOnly(file, text))) this.#onImport();
    return text;
  }

  /** Whether a file is to be imported: an ES module to Jest, or one that nothing makes CommonJS. @throws the transform's own error */
  isImported(file: string): boolean {
    if (this.policy.esm) return this.policy.isEsm(file);
    if (isLoaded(file)) return false;
    if (!this.policy.changes(file) && !/\.[cm]?js$/.test(file)) return isTypeScript(file) && isEsmToNode(file);
    const text = this.#commonJs(file);
    if (isEsmOnly(file, text)) return true;
    this.#ahead = { file, text };
    return false;
  }

  #commonJs(file: string): string {
    return this.policy.changes(file) ? this.transform(file, false) : withoutMarks(readFileSync(file, 'utf8'));
  }
}
