/**
 * The wire between a host's module loader (server side) and the foreground that has the project's transformer. Pure types.
 *
 * The host asks synchronously (it sits inside `require`): it posts a request on the loader port, wakes the foreground, and waits on
 * shared memory for the reply. A reply that comes late, after a stand-in has answered, is known by its number and dropped.
 */
import type { Profiler } from 'node:inspector';
import type { MessagePort } from 'node:worker_threads';
import type { EncodedError } from './values';

/** How modules load on the server side. */
export type LoaderSettings = NodeLoaderSettings | JestLoaderSettings;

/** Without Jest: whatever Node itself can load, with tsx or type stripping for TypeScript where they are there. */
export interface NodeLoaderSettings {
  readonly kind: 'node';
}

/** Through the project's Jest configuration. Regular expressions are sent as their sources. */
export interface JestLoaderSettings {
  readonly kind: 'jest';
  readonly rootDir: string;
  /** In the order in which they are tried; those of the project's platform, such as `ios.js`, are among them. */
  readonly moduleFileExtensions: readonly string[];
  readonly moduleDirectories: readonly string[];
  readonly modulePaths: readonly string[];
  readonly moduleNameMapper: readonly string[];
  readonly transform: readonly string[];
  readonly transformIgnorePatterns: readonly string[];
  /** This Jest strips types from TypeScript files that no transform matches, where Node can. */
  readonly stripsTypes: boolean;
  readonly extensionsToTreatAsEsm: readonly string[];
  /** A `resolver` is configured: every resolution is asked for. */
  readonly customResolver: boolean;
  /** Conditions of the project's own by which packages choose their files: every package that has one of them is asked for. */
  readonly exportConditions: readonly string[];
  /** Variables that the project wants in every test, as far as they can cross. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** Jest runs with `--experimental-vm-modules`: it loads ES modules as such, and so does the host. */
  readonly esm: boolean;
  readonly coverage: 'none' | 'babel' | 'v8';
  readonly coveragePathIgnorePatterns: readonly string[];
  /** What answers while the foreground is blocked; null where its configuration holds functions and the like, and so cannot be sent. */
  readonly standIn: StandInSettings | null;
}

/** A thread of its own with a transformer of its own, started by a host that gets no answer. */
export interface StandInSettings {
  /** Absolute path of the thread's file. */
  readonly file: string;
  /** Jest's two configurations, by `v8.serialize`: regular expressions and what else is no JSON stay what they are. */
  readonly config: Uint8Array;
}

export type LoaderQuestion =
  | { readonly type: 'transform'; readonly file: string; readonly esm: boolean }
  | { readonly type: 'resolve'; readonly specifier: string; readonly from: string; readonly esm: boolean };

export type LoaderRequest =
  | (LoaderQuestion & { readonly request: number })
  /** A second thread of the host (Node's module hooks) asks too, on a port of its own, waiting on the same shared memory. */
  | { readonly type: 'connect'; readonly port: MessagePort };

export type LoaderReply =
  | { readonly request: number; readonly ok: true; readonly result: TransformResult | ResolveResult }
  | { readonly request: number; readonly ok: false; readonly error: EncodedError };

export interface TransformResult {
  readonly code: string;
  /** Sent only for the v8 coverage provider, which needs it. */
  readonly originalCode: string | null;
  readonly sourceMapPath: string | null;
}

export interface ResolveResult {
  /** An absolute path, or the name of a core module. */
  readonly file: string;
}

/** One file's counts of the v8 coverage provider, as in `HostCoverage`, with the code that they speak of. */
export interface CoveredScript {
  readonly file: string;
  readonly functions: readonly Profiler.FunctionCoverage[];
  /** The code that ran, if a transform made it; null for a file that ran as it is. */
  readonly transformed: TransformResult | null;
}
