/**
 * Istanbul's coverage of a file as it crosses: what has been counted, and apart from it where in the file that is. Both sides; pure.
 *
 * A file says where its statements are in some hundred objects. As one text they cross many times quicker, and whoever has another run of the
 * same file need not read it.
 */

export type Counts = Record<string, number | number[]>;

/** Of statements, functions, branches, and what made branches true. */
export interface FileCounts {
  readonly s: Counts;
  readonly f: Counts;
  readonly b: Counts;
  readonly bT?: Counts;
}

export interface PackedFile extends FileCounts {
  /** The same for two runs of the same code; not every instrumenter gives it. */
  readonly hash?: string | undefined;
  /** The rest, as JSON. */
  readonly shape: string;
}

/** By file. */
export type PackedCoverage = Record<string, PackedFile>;

/** The shape is what follows from the code, and the counts are the objects in which it counts. */
export function packCoverage(map: Readonly<Record<string, FileCounts & { readonly hash?: string }>>): PackedCoverage {
  return Object.fromEntries(
    Object.entries(map).map(([file, { s, f, b, bT, ...shape }]) => {
      const packed = { hash: shape.hash, s, f, b, shape: JSON.stringify(shape) };
      return [file, bT === undefined ? packed : { ...packed, bT }];
    }),
  );
}
