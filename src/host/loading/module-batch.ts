/**
 * The form in which a thread hands its modules on: one block of shared memory, which costs nothing to send. Server side.
 *
 * The other threads read it without a copy: a length, an index as JSON, then the sources and the code that the index points into.
 */

/** One module as an earlier thread has compiled it. */
export interface CompiledModule {
  readonly file: string;
  readonly stamp: string;
  source(): string;
  readonly code: Uint8Array;
}

export interface NewModule {
  readonly file: string;
  readonly stamp: string;
  readonly source: string;
  readonly code: Uint8Array;
}

interface Findings {
  /** Node's own modules that were loaded. */
  readonly builtins: readonly string[];
  /** What the resolutions depend on. */
  readonly settings: string;
  readonly resolutions: readonly (readonly [key: string, file: string, manifest: string])[];
}

export interface UnpackedBatch extends Findings {
  readonly modules: readonly CompiledModule[];
}

interface Index extends Findings {
  /** Each with the lengths of its source and its code, which follow one another. */
  readonly modules: readonly (readonly [file: string, stamp: string, source: number, code: number])[];
}

const HEADER = Uint32Array.BYTES_PER_ELEMENT;

export function packBatch(batch: Findings & { readonly modules: readonly NewModule[] }): SharedArrayBuffer {
  const parts: Uint8Array[] = [];
  const modules = batch.modules.map(({ file, stamp, source, code }) => {
    const text = Buffer.from(source);
    parts.push(text, code);
    return [file, stamp, text.length, code.length] as const;
  });
  const index = Buffer.from(JSON.stringify({ ...batch, modules } satisfies Index));
  const shared = new SharedArrayBuffer(HEADER + index.length + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(shared).setUint32(0, index.length);
  let at = HEADER;
  for (const part of [index, ...parts]) {
    new Uint8Array(shared, at, part.length).set(part);
    at += part.length;
  }
  return shared;
}

export function unpackBatch(shared: SharedArrayBuffer): UnpackedBatch {
  const length = new DataView(shared).getUint32(0);
  const index = JSON.parse(Buffer.from(shared, HEADER, length).toString()) as Index;
  let at = HEADER + length;
  const modules = index.modules.map(([file, stamp, source, code]) => {
    const start = at;
    at += source + code;
    return {
      file,
      stamp,
      source: () => Buffer.from(shared, start, source).toString(),
      code: new Uint8Array(shared, start + source, code),
    };
  });
  return { ...index, modules };
}
