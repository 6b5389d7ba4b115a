/**
 * What earlier threads of this process have found out about the modules of node_modules and Node's own: read when it is first asked for,
 * or beforehand by a spare thread that has nothing else to do. Server side.
 *
 * Preparing compiles and never evaluates anything of the user's, so that a spare stays as clean as a fresh thread; of Node's own modules
 * it evaluates those that do nothing but define themselves.
 */
import { Script } from 'node:vm';
import { unpackBatch, type UnpackedBatch } from './module-batch';
import { moduleInternals } from './node-internals';
import { withoutMarks } from './source-text';

/** Modules of Node's that a thread may load without anybody noticing. */
const QUIET_BUILTINS = new Set(
  (
    'assert assert/strict async_hooks buffer child_process console constants crypto dgram diagnostics_channel dns dns/promises events fs ' +
    'fs/promises http http2 https module net os path path/posix perf_hooks process querystring readline stream stream/consumers ' +
    'stream/promises stream/web string_decoder timers timers/promises tls tty url util util/types v8 vm worker_threads zlib'
  ).split(' '),
);

export interface KnownModule {
  readonly stamp: string;
  /** Compiled from what an earlier thread has compiled; V8 may have refused that, and says so. */
  script(): Script;
  readonly source: () => string;
}

/** Where a module was found; `manifest` is the package.json that decided it, with its stamp, or empty. */
export type KnownResolution = readonly [file: string, manifest: string];

export class FoundModules {
  readonly #modules = new Map<string, KnownModule>();
  readonly #batches: UnpackedBatch[] = [];
  readonly #builtins = new Set<string>();
  #packed: SharedArrayBuffer[] = [];

  add(packed: readonly SharedArrayBuffer[]): void {
    this.#packed.push(...packed);
  }

  module(file: string): KnownModule | undefined {
    this.#unpack();
    return this.#modules.get(file);
  }

  /** The resolutions that hold under these settings. */
  resolutions(settings: string): Map<string, KnownResolution> {
    this.#unpack();
    const resolutions = new Map<string, KnownResolution>();
    for (const batch of this.#batches) {
      if (batch.settings !== settings) continue;
      for (const [key, file, manifest] of batch.resolutions) resolutions.set(key, [file, manifest]);
    }
    return resolutions;
  }

  /** Those of Node's own modules that this thread has loaded and no earlier one. */
  newBuiltins(): string[] {
    this.#unpack();
    const loaded = (process as unknown as { readonly moduleLoadList: readonly string[] }).moduleLoadList;
    return loaded
      .map((entry) => entry.replace(/^NativeModule /, ''))
      .filter((name) => QUIET_BUILTINS.has(name) && !this.#builtins.has(name) && this.#builtins.add(name));
  }

  /** Prepares one thing after another; each step takes a few milliseconds at most. */
  *prepare(): Generator<undefined, void> {
    this.#unpack();
    for (const name of this.#builtins) {
      require(name);
      yield;
    }
    for (const known of [...this.#modules.values()]) {
      known.script();
      yield;
    }
  }

  #unpack(): void {
    for (const packed of this.#packed.splice(0)) {
      const batch = unpackBatch(packed);
      this.#batches.push(batch);
      for (const name of batch.builtins) this.#builtins.add(name);
      for (const { file, stamp, source, code } of batch.modules) {
        let script: Script | undefined;
        this.#modules.set(file, { stamp, source, script: () => (script ??= compileModule(source(), file, code)) });
      }
    }
  }
}

/** Compiles a module as Node wraps it, with the positions that Node gives. @throws what V8 says of its syntax */
export function compileModule(source: string, filename: string, cachedData?: Uint8Array): Script {
  return new Script(moduleInternals.wrap(withoutMarks(source)), {
    filename,
    // The first line's columns are those of the file.
    columnOffset: -moduleInternals.wrap('|').indexOf('|'),
    ...(cachedData === undefined ? {} : { cachedData }),
  });
}
