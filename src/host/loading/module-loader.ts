/**
 * What loads the user's modules on the server side. Types only.
 */
import type { ModuleBatch } from '../../protocol/channels';
import type { HostCoverage } from '../../protocol/messages';

/** A module's exports by name. A CommonJS module that exports a function or another single value has it as `default`. */
export type ModuleExports = Readonly<Record<string, unknown>>;

export interface ModuleLoader {
  /**
   * Loads a module of the user's.
   * @throws `ModuleLoadError` if it or a module that it asks for is not found, has wrong syntax or nothing can load it; what a transform
   * or the module itself throws comes as itself
   */
  load(file: string): Promise<ModuleExports>;
  /** Which of these files have been loaded, and not only by their own replacements among the `mocks`. */
  loadedAmong(files: readonly string[]): string[];
  /** Whether the settings ask for coverage. */
  readonly covers: boolean;
  /** What was covered until now, where the settings ask for it. Synchronous, so that an exit handler may call it. */
  coverage(): HostCoverage | undefined;
  /** What this thread has found out about modules since the last call, for the threads after it. */
  takeBatch(): ModuleBatch | undefined;
}

/** How modules come in: as the project's Jest would load them, or as Node does. */
export interface LoadingWay {
  /** The raw exports: of a CommonJS module whatever it exports, else a namespace. */
  load(file: string): Promise<unknown>;
  coverage(): HostCoverage | undefined;
}
