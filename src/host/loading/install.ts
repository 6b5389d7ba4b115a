/**
 * Prepares a thread or process to load the user's modules, once, before any of them. Server side.
 *
 * Loaded at each start of a host, so it loads in turn only what these settings need.
 */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type { Channels } from '../../protocol/channels';
import type { LoaderSettings } from '../../protocol/loader';
import type { HostCoverage } from '../../protocol/messages';
import * as doorway from '../doorway';
import { answerWith, hookResolution } from './commonjs';
import { Resolution } from './resolution';

/** A module's exports by name. A CommonJS module that exports a function or another single value has it as `default`. */
export type ModuleExports = Readonly<Record<string, unknown>>;

export interface ModuleLoader {
  /**
   * Loads a module of the user's.
   * @throws `ModuleLoadError` if it or a module that it asks for is not found, has wrong syntax or nothing can load it; what a transform
   * or the module itself throws comes as itself
   */
  load(file: string): Promise<ModuleExports>;
  /** What was covered until now, where the settings ask for it. Synchronous, so that an exit handler may call it. */
  coverage(): HostCoverage | undefined;
}

/** How modules come in: as the project's Jest would load them, or as Node does. */
export interface LoadingWay {
  /** The raw exports: of a CommonJS module whatever it exports, else a namespace. */
  load(file: string): Promise<unknown>;
  coverage(): HostCoverage | undefined;
}

/** The file that answers `jest-controller` on the server side. */
const DOORWAY = path.join(__dirname, '..', 'doorway.js');
/** This package's main file, which is for the test side. */
const MAIN = path.join(__dirname, '..', '..', 'index.js');

/** Installs the hooks of this thread. Called once; there is no way back. */
export function installLoader(settings: LoaderSettings, channels: Channels, mocks: Readonly<Record<string, string>>): ModuleLoader {
  // One instance, whichever way a module comes to it.
  for (const file of [MAIN, DOORWAY]) answerWith(file, () => doorway);
  const way = settings.kind === 'jest' ? jestWay(settings, channels, mocks) : nodeWay(mocks);
  // Last, so that Node reads no source maps of this package's own files.
  process.setSourceMapsEnabled(true);
  return {
    async load(file) {
      try {
        if (!existsSync(file)) throw notFound(file);
        return namespaceOf(await way.load(file));
      } catch (error) {
        const { asLoadFailure } = require('./load-failure') as typeof import('./load-failure');
        throw asLoadFailure(error, file);
      }
    },
    coverage: () => way.coverage(),
  };
}

function jestWay(settings: LoaderSettings & { kind: 'jest' }, channels: Channels, mocks: Readonly<Record<string, string>>): LoadingWay {
  const { installJestWay } = require('./jest-way') as typeof import('./jest-way');
  return installJestWay({ settings, channels, mocks, doorway: DOORWAY });
}

function nodeWay(mocks: Readonly<Record<string, string>>): LoadingWay {
  const resolution = new Resolution(DOORWAY, mocks, undefined);
  hookResolution(resolution);
  const { installNodeWay } = require('./node-way') as typeof import('./node-way');
  return installNodeWay({ mocks, doorway: DOORWAY, resolution });
}

function notFound(file: string): Error {
  return Object.assign(new Error(`Cannot find module '${file}'`), { code: 'MODULE_NOT_FOUND', requireStack: [] });
}

function namespaceOf(exported: unknown): ModuleExports {
  if (typeof exported === 'object' && exported !== null) {
    if (isNamespace(exported)) return exported as ModuleExports;
    const prototype: unknown = Object.getPrototypeOf(exported);
    // `module.exports = { a, b }`: its members are its exports. Anything with a class of its own is one thing.
    if (prototype === Object.prototype || prototype === null) return exported as ModuleExports;
  }
  if (typeof exported !== 'function') return { default: exported };
  // `module.exports = make; make.other = …`
  return Object.defineProperty(Object.assign({} as Record<string, unknown>, exported), 'default', { value: exported, enumerable: true });
}

function isNamespace(exported: object): boolean {
  return Object.prototype.toString.call(exported) === '[object Module]' || '__esModule' in exported;
}
