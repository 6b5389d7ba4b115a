/**
 * The controllers that Jest's configuration itself names. Jest shows its file map no configuration, so it is read where Jest has read it just
 * before: in the main process. Jest's file map; the main process tells its workers by a variable.
 *
 * All of it is a hint for the selection of tests: what cannot be read counts for nothing, and Jest starts without it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { literalModules, modulesOf } from './controller-modules';

const VARIABLE = 'JEST_CONTROLLER_CONFIGURED';
/** Of the modules that Jest has loaded: where a load hook gave this file's text, its own `require` has none. */
const registry = createRequire(__filename).cache;
const CONFIG_FILES = ['js', 'ts', 'mjs', 'cjs', 'mts', 'cts', 'json'].map((extension) => `jest.config.${extension}`);

/** A project and what its tests' servers are made of. */
interface Configured {
  readonly rootDir: string;
  /** Absolute paths, and names that resolve from anywhere. */
  readonly modules: readonly string[];
}

/**
 * Looks at the configurations of this run, for all later `configuredModules`, in this process and its children.
 * @returns what was found, for the key of the file map's cache
 */
export function rememberConfigured(): string {
  const found = [...loadedConfigs(), ...hints(startConfigs)].filter(({ modules }) => modules.length > 0);
  const unique = new Map(found.map((configured) => [JSON.stringify(configured), configured]));
  const text = JSON.stringify([...unique.values()]);
  if (unique.size === 0) Reflect.deleteProperty(process.env, VARIABLE);
  else process.env[VARIABLE] = text;
  return text;
}

/** What the configuration starts for the tests in `file`'s project. */
export function configuredModules(file: string): readonly string[] {
  const text = process.env[VARIABLE];
  if (text === undefined) return [];
  return (JSON.parse(text) as readonly Configured[])
    .filter(({ rootDir }) => file.startsWith(rootDir + path.sep))
    .flatMap(({ modules }) => modules);
}

/** Configurations that are CommonJS modules, or were compiled to be: those of `projects` too. They are read as Jest has them. */
function loadedConfigs(): Configured[] {
  const files = Object.keys(registry).filter((file) => /jest|config/.test(path.basename(file)) && !file.includes('node_modules'));
  return files.flatMap((file) => hints(() => readObject(registry[file]?.exports, path.dirname(file), new Set())));
}

/** What `read` finds; nothing where it throws. Modules of any kind are looked at, and one may refuse to be asked for what it does not have. */
function hints(read: () => Configured[]): Configured[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** The configuration that Jest was started with, and its `projects`. */
function startConfigs(): Configured[] {
  const given = argument(['--config', '-c']);
  if (given?.trim().startsWith('{') === true) return readObject(parsed(given), process.cwd(), new Set());
  const start = path.resolve(argument(['--rootDir']) ?? '');
  const file = given === undefined ? nearestConfig(start) : path.resolve(given);
  return file === undefined ? [] : readFile(file, new Set());
}

function argument(names: readonly string[]): string | undefined {
  const { argv } = process;
  for (const [index, word] of argv.entries()) {
    const name = names.find((name) => word === name || word.startsWith(`${name}=`));
    if (name !== undefined) return word === name ? argv[index + 1] : word.slice(name.length + 1);
  }
  return undefined;
}

/** As Jest looks for it: from the folder upward, the first that has one. */
function nearestConfig(start: string): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const file = configIn(folder);
    if (file !== undefined) return file;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function configIn(folder: string): string | undefined {
  return [...CONFIG_FILES, 'package.json'].map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Once for all that lead to it: a configuration may be one of its own `projects`, as their root. `seen` are the files that have been read. */
function readFile(file: string, seen: Set<string>): Configured[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const folder = path.dirname(file);
  const loaded: unknown = registry[file]?.exports;
  if (typeof loaded === 'object') return readObject(loaded, folder, seen);
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  if (!file.endsWith('.json')) return [readText(text, folder), ...projects(literalProjects(text), folder, seen)];
  const config = parsed(text);
  return readObject(path.basename(file) === 'package.json' ? (config as { jest?: unknown } | undefined)?.jest : config, folder, seen);
}

function readObject(exported: unknown, folder: string, seen: Set<string>): Configured[] {
  const config = ((exported as { default?: unknown } | null | undefined)?.default ?? exported) as Readonly<Record<string, unknown>> | null;
  if (typeof config !== 'object' || config === null) return [];
  const rootDir = path.resolve(folder, typeof config['rootDir'] === 'string' ? config['rootDir'] : '');
  const options = config['testEnvironmentOptions'] as { controllers?: unknown } | undefined;
  const inner = Array.isArray(config['projects']) ? (config['projects'] as readonly unknown[]) : [];
  return [
    { rootDir, modules: modulesOf(options?.controllers).map((module) => located(module, rootDir)) },
    ...projects(inner, rootDir, seen),
  ];
}

/** An ES module, which cannot be had without waiting, or a function: its text says as much as is written out in it. */
function readText(text: string, folder: string): Configured {
  const rootDir = path.resolve(folder, /\brootDir\s*:\s*["'`]([^"'`]+)["'`]/.exec(text)?.[1] ?? '');
  return { rootDir, modules: literalModules(text).map((module) => located(module, rootDir)) };
}

function literalProjects(text: string): string[] {
  const list = /\bprojects\s*:\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return [...list.matchAll(/(["'`])([^"'`\n]+)\1/g)].map(([, , project = '']) => project);
}

/** Projects as their folder, its pattern, their file, or an object. */
function projects(list: readonly unknown[], rootDir: string, seen: Set<string>): Configured[] {
  return list.flatMap((project) => {
    if (typeof project !== 'string') return readObject(project, rootDir, seen);
    const place = path.resolve(rootDir, project.replace(/^<rootDir>[\\/]?/, ''));
    const places = path.basename(place) === '*' ? foldersIn(path.dirname(place)) : [place];
    return places.flatMap((at) => {
      const file = statSync(at, { throwIfNoEntry: false })?.isDirectory() === true ? configIn(at) : at;
      return file === undefined ? [] : readFile(file, seen);
    });
  });
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}

function located(module: string, rootDir: string): string {
  const inRoot = module.replace(/^<rootDir>(?=[\\/])/, rootDir);
  return inRoot.startsWith('.') ? path.resolve(rootDir, inRoot) : inRoot;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Jest itself says what is wrong with it.
    return undefined;
  }
}
