/** Values and errors that cross. Contract only; the implementation replaces this file. */

/** A value made ready for structured clone. */
export interface Encoded {
  readonly value: unknown;
}

/** An error made ready for structured clone, whatever was thrown. */
export interface EncodedError {
  readonly thrown: unknown;
}
