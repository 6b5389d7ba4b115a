/**
 * The wire between a host's module loader (server side) and the foreground that has the project's transformer. Pure types.
 *
 * The host asks synchronously (it sits inside `require`): it posts a request on the loader port, wakes the foreground, and waits on
 * shared memory for the reply. The foreground answers one request at a time, in order.
 */
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
  readonly moduleFileExtensions: readonly string[];
  readonly moduleDirectories: readonly string[];
  readonly modulePaths: readonly string[];
  readonly moduleNameMapper: readonly string[];
  readonly transform: readonly string[];
  readonly transformIgnorePatterns: readonly string[];
  readonly extensionsToTreatAsEsm: readonly string[];
  /** A `resolver` is configured: every resolution is asked for. */
  readonly customResolver: boolean;
  /** Jest runs with `--experimental-vm-modules`: it loads ES modules as such, and so does the host. */
  readonly esm: boolean;
  readonly coverage: 'none' | 'babel' | 'v8';
  /** Path and serialised configuration for a stand-in that answers while the foreground is blocked. */
  readonly standIn: { readonly file: string; readonly config: string } | null;
}

export type LoaderRequest =
  | { readonly type: 'transform'; readonly request: number; readonly file: string; readonly esm: boolean }
  | {
      readonly type: 'resolve';
      readonly request: number;
      readonly specifier: string;
      readonly from: string;
      readonly esm: boolean;
    };

export type LoaderReply =
  | { readonly request: number; readonly ok: true; readonly result: TransformResult | ResolveResult }
  | { readonly request: number; readonly ok: false; readonly error: EncodedError };

export interface TransformResult {
  readonly code: string;
  readonly originalCode: string;
  readonly sourceMapPath: string | null;
}

export interface ResolveResult {
  /** An absolute path, or the name of a core module. */
  readonly file: string;
}
