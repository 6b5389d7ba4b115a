/**
 * The error for a value that cannot cross. Both sides; pure.
 */
import { RemoteError } from '../errors/errors';
import { brand } from '../errors/brand';

/**
 * A value holds something that cannot cross between the test and the server: a function, a symbol, a socket, a getter that throws.
 * @category Errors
 */
export class UnclonableError extends RemoteError {
  /** Where it is, e.g. `data.db.connect`. */
  readonly path: string;
  /** What it is, e.g. `a function`. */
  readonly what: string;

  constructor(path: string, what: string, options?: { readonly cause?: unknown }) {
    super(`${path} is ${what}, which cannot cross between the test and the server. Pass or return plain data instead.`, options);
    this.path = path;
    this.what = what;
  }
}

brand(UnclonableError, 'UnclonableError');

/** A step of a path: a field, an index, or the reader's words for anything else, such as a Map's entry. */
export type PathStep = string | number | { readonly words: string };

/** `data`, `db`, `2`, `a-b` → `data.db[2]["a-b"]`. */
export function formatPath(root: string, steps: readonly PathStep[]): string {
  let path = root;
  for (const step of steps) {
    if (typeof step === 'object') path += step.words;
    else if (typeof step === 'number') path += `[${step}]`;
    else if (/^\d+$/.test(step)) path += `[${step}]`;
    else path += /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  }
  return path;
}
