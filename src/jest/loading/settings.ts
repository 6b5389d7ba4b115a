/**
 * What a host is told of the project's Jest configuration. Jest's outer realm; pure but for looking at this Node.
 */
import type { Config } from '@jest/types';
import * as nodeModule from 'node:module';
import * as path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as vm from 'node:vm';
import type { JestLoaderSettings, StandInSettings } from '../../protocol/loader';
import { docblockOptions } from '../environment-options';

const STAND_IN = path.join(__dirname, 'stand-in.js');

/** The two configurations that Jest gives an environment. */
export interface JestConfigs {
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
}

export function loaderSettings({ projectConfig, globalConfig }: JestConfigs, stripsTypes: boolean): JestLoaderSettings {
  return {
    kind: 'jest',
    rootDir: projectConfig.rootDir,
    moduleFileExtensions: triedExtensions(projectConfig),
    moduleDirectories: projectConfig.moduleDirectories,
    modulePaths: projectConfig.modulePaths ?? [],
    moduleNameMapper: sources(projectConfig.moduleNameMapper),
    transform: sources(projectConfig.transform),
    transformIgnorePatterns: projectConfig.transformIgnorePatterns,
    stripsTypes,
    extensionsToTreatAsEsm: projectConfig.extensionsToTreatAsEsm,
    exportConditions: exportConditions(projectConfig),
    globals: plainGlobals(projectConfig),
    customResolver: projectConfig.resolver !== null && projectConfig.resolver !== undefined,
    esm: runsEsm(),
    coverage: globalConfig.collectCoverage ? globalConfig.coverageProvider : 'none',
    coveragePathIgnorePatterns: projectConfig.coveragePathIgnorePatterns,
    standIn: standIn({ projectConfig, globalConfig }),
  };
}

/** Those of a platform come first, as in React Native's preset: `.ios.js` before `.native.js` before `.js`. */
function triedExtensions({ haste, moduleFileExtensions: extensions }: Config.ProjectConfig): string[] {
  const platforms = [haste.defaultPlatform, haste.platforms?.includes('native') === true ? 'native' : undefined];
  return [...platforms.flatMap((platform) => (platform ? extensions.map((extension) => `${platform}.${extension}`) : [])), ...extensions];
}

/** Conditions that Node itself has, and that of a page, which the server side never is. */
const NOT_OWN = new Set(['', 'node', 'node-addons', 'require', 'import', 'module-sync', 'default', 'browser']);

/** The conditions that the project adds to Node's for the `exports` of packages. */
export function exportConditions({ testEnvironmentOptions }: Config.ProjectConfig): string[] {
  const { customExportConditions: conditions } = testEnvironmentOptions;
  if (!Array.isArray(conditions)) return [];
  return conditions.filter((condition): condition is string => typeof condition === 'string' && !NOT_OWN.has(condition));
}

/** The configuration's `globals` that can be cloned: functions stay behind, as they do on the way to Jest's own workers. */
function plainGlobals({ globals }: Config.ProjectConfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(globals).filter(([, value]) => isCloneable(value)));
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** Jest runs ES modules as such where Node lets it. */
export function runsEsm(): boolean {
  return typeof (vm as { SyntheticModule?: unknown }).SyntheticModule === 'function';
}

/** From 30.5 on, Jest strips the types of TypeScript files that no transform matches, where Node can. */
export function canStripTypes(transformer: object): boolean {
  const strip = (nodeModule as { stripTypeScriptTypes?: unknown }).stripTypeScriptTypes;
  return typeof strip === 'function' && '_shouldStripTypes' in transformer;
}

/** The configuration without what the docblock of one test file has put into it. */
export function withoutDocblockOptions(
  config: Config.ProjectConfig,
  docblockPragmas: Readonly<Record<string, string | readonly string[]>> | undefined,
): Config.ProjectConfig {
  const docblock = docblockOptions(docblockPragmas);
  if (docblock === undefined) return config;
  // A second configuration costs a second compiler, and misses the cache of the first. What the docblock hides is remembered
  // from the files before it, and guessed otherwise.
  const known = plainOptions.get(config.id);
  if (known !== undefined) return { ...config, testEnvironmentOptions: known };
  const added = Object.keys(docblock);
  const kept = Object.entries(config.testEnvironmentOptions).filter(([key]) => !added.includes(key));
  return { ...config, testEnvironmentOptions: Object.fromEntries(kept) };
}

/** `testEnvironmentOptions` of each project as configured, learnt from files without a docblock. */
const plainOptions = new Map<string, Config.ProjectConfig['testEnvironmentOptions']>();

/** Remembers a configuration that no docblock has changed. */
export function rememberPlainOptions(config: Config.ProjectConfig): void {
  plainOptions.set(config.id, config.testEnvironmentOptions);
}

function sources(pairs: readonly (readonly [string, ...unknown[]])[] | undefined): string[] {
  return (pairs ?? []).map(([source]) => source);
}

function standIn(configs: JestConfigs): StandInSettings | null {
  try {
    return { file: STAND_IN, config: serialize(configs) };
  } catch {
    return null;
  }
}

/** What `StandInSettings.config` holds. */
export function readConfigs(config: Uint8Array): JestConfigs {
  return deserialize(config) as JestConfigs;
}
