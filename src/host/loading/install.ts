/**
 * Prepares a thread or process to load the user's modules, once, before any of them. Server side.
 *
 * Loaded at each start of a host, so it loads in turn only what these settings need.
 */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type { Channels } from '../../protocol/channels';
import type { LoaderSettings } from '../../protocol/loader';
import type { BootCommand } from '../../protocol/messages';
import * as doorway from '../doorway';
import { hookPackages, hookResolution } from './commonjs';
import type { FoundModules } from './found-modules';
import type { JestWayOptions } from './jest-way';
import type { ModuleCache } from './module-cache';
import type { LoadingWay, ModuleExports, ModuleLoader } from './module-loader';
import { answerWith } from './node-internals';
import { Resolution } from './resolution';

/** What a thread has from those before it, and has for those after it. */
export interface Heritage {
  readonly found: FoundModules;
  /** Called when there is something to hand on. */
  readonly onNew: () => void;
}

/** The file that answers `jest-controller` on the server side. */
const DOORWAY = path.join(__dirname, '..', 'doorway.js');
/** This package's main file, which is for the test side. */
const MAIN = path.join(__dirname, '..', '..', 'index.js');

/** Installs the hooks of this thread. Called once; there is no way back. */
export function installLoader({ loader: settings, mocks }: BootCommand, channels: Channels, heritage: Heritage | undefined): ModuleLoader {
  // One instance, whichever way a module comes to it.
  for (const file of [MAIN, DOORWAY]) answerWith(file, () => doorway);
  const cache = heritage === undefined || leavesModulesToNode(settings) ? undefined : openCache(settings, heritage);
  const way = settings.kind === 'jest' ? jestWay({ settings, channels, mocks, cache }) : nodeWay(mocks, cache);
  // Last, so that Node reads no source maps of this package's own files.
  process.setSourceMapsEnabled(true);
  return {
    async load(file) {
      try {
        if (!existsSync(file)) throw notFound(file);
        return namespaceOf(await way.load(file));
      } catch (error) {
        const { asLoadFailure } = require('./load-failure') as typeof import('./load-failure');
        throw asLoadFailure(error, file, settings.kind);
      }
    },
    loadedAmong(files) {
      const { countedUrls, loadedAmong, scriptUrls } = require('./loaded-modules') as typeof import('./loaded-modules');
      const asked = files.filter((file) => !Object.hasOwn(mocks, file));
      if (settings.kind !== 'jest' || !settings.esm) return loadedAmong(asked, () => new Set());
      return loadedAmong(asked, settings.coverage === 'v8' ? countedUrls : scriptUrls);
    },
    covers: settings.kind === 'jest' && settings.coverage !== 'none',
    coverage: () => way.coverage(),
    takeBatch: () => cache?.takeBatch(),
  };
}

/** Whether modules must be loaded by Node itself: compiled code has no counters for V8's coverage, and a hook from the command line wants to see each module. */
function leavesModulesToNode(settings: LoaderSettings): boolean {
  if (process.env['NODE_V8_COVERAGE'] !== undefined || (settings.kind === 'jest' && settings.coverage === 'v8')) return true;
  const asked = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].map((option) => ` ${option}`).join('');
  return asked !== ' ' && /\s(?:-r|--require|--import|--loader|--experimental-loader)\b/.test(asked);
}

function openCache(settings: LoaderSettings, heritage: Heritage): ModuleCache {
  const { ModuleCache } = require('./module-cache') as typeof import('./module-cache');
  const folders = settings.kind === 'node' ? 'node' : [settings.moduleFileExtensions, settings.moduleDirectories, settings.modulePaths];
  return new ModuleCache({ ...heritage, settings: folders });
}

function jestWay(options: Omit<JestWayOptions, 'doorway'>): LoadingWay {
  const { installJestWay } = require('./jest-way') as typeof import('./jest-way');
  return installJestWay({ ...options, doorway: DOORWAY });
}

function nodeWay(mocks: Readonly<Record<string, string>>, cache: ModuleCache | undefined): LoadingWay {
  const resolution = new Resolution(DOORWAY, mocks, undefined);
  if (cache !== undefined) hookPackages(cache);
  hookResolution(resolution, cache);
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
  return Object.defineProperties({}, { ...membersOf(exported), default: { value: exported, enumerable: true } });
}

/** What can be seen of an object by name. Its getters are not read: they may load what is not installed. */
function membersOf(holder: object): PropertyDescriptorMap {
  const visible = Object.entries(Object.getOwnPropertyDescriptors(holder)).filter(([, { enumerable }]) => enumerable === true);
  return Object.fromEntries(visible.map(([name, member]) => [name, { ...member, ...boundTo(holder, member) }]));
}

function boundTo(holder: object, { get, set }: PropertyDescriptor): PropertyDescriptor {
  return { ...(get && { get: get.bind(holder) }), ...(set && { set: set.bind(holder) }) };
}

function isNamespace(exported: object): boolean {
  return Object.prototype.toString.call(exported) === '[object Module]' || '__esModule' in exported;
}
