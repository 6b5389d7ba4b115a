/**
 * The code that runs in place of a project's file, got from the foreground and remembered for coverage. Server side.
 */
import type { TransformResult } from '../../protocol/loader';
import type { Foreground } from './foreground';
import type { Policy } from './policy';
import { withSourceMap } from './source-text';

export class JestCode {
  readonly policy: Policy;
  /** What ran in place of each file; filled only where coverage needs it. */
  readonly results = new Map<string, TransformResult>();
  readonly #foreground: Foreground;
  readonly #onImportCall: () => void;

  /** `onImportCall` is called before code runs that may call `import()`. */
  constructor(policy: Policy, foreground: Foreground, onImportCall: () => void) {
    this.policy = policy;
    this.#foreground = foreground;
    this.#onImportCall = onImportCall;
  }

  /** @throws the transform's own error */
  transform(file: string, esm: boolean): string {
    const result = this.#foreground.transform(file, esm);
    if (result.originalCode !== null) this.results.set(file, result);
    if (!esm && /\bimport\s*\(/.test(result.code)) this.#onImportCall();
    return withSourceMap(result);
  }
}
