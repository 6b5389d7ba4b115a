/**
 * A Jest project of its own in a temporary folder, run by a Jest process of its own. For what only a whole run shows.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { PATIENCE, RUN_LIMIT } from '../limits';
import { TEMPORARY } from '../temporary-base';

const REPOSITORY = path.resolve(__dirname, '..', '..');

export interface JestRun {
  readonly code: number;
  /** What Jest wrote, stdout and stderr, without colours. */
  readonly output: string;
}

export interface RunOptions {
  /** Arguments for Node itself. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface JestProject {
  readonly folder: string;
  run(args?: readonly string[], options?: RunOptions): Promise<JestRun>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Writes `files` (path → text) and links this repository's dependencies, and the package itself as `jest-controller`. */
export async function jestProject(files: Readonly<Record<string, string>>): Promise<JestProject> {
  const folder = await realpath(await mkdtemp(path.join(TEMPORARY, 'jest-controller-')));
  await linkDependencies(folder);
  const project: JestProject = {
    folder,
    run: (args = [], options = {}) => runJest(folder, args, options),
    read: (file) => readFile(path.join(folder, file), 'utf8'),
    async write(file, text) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries({ 'package.json': '{ "name": "project", "private": true }', ...files })) {
    await project.write(file, text);
  }
  return project;
}

async function linkDependencies(folder: string): Promise<void> {
  const modules = path.join(folder, 'node_modules');
  await mkdir(modules);
  const names = await readdir(path.join(REPOSITORY, 'node_modules'));
  await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => link(modules, name, path.join(REPOSITORY, 'node_modules', name))),
  );
  await link(modules, 'jest-controller', REPOSITORY);
}

async function link(modules: string, name: string, target: string): Promise<void> {
  await symlink(target, path.join(modules, name), 'junction');
}

function runJest(folder: string, args: readonly string[], { node = [], env = {} }: RunOptions): Promise<JestRun> {
  const jest = path.join(REPOSITORY, 'node_modules', 'jest', 'bin', 'jest.js');
  const inherited = { ...process.env };
  // What this Jest has set for itself is not the other's affair.
  for (const name of Object.keys(inherited)) if (name.startsWith('JEST_') || name === 'NODE_OPTIONS') delete inherited[name];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...node, jest, '--runInBand', ...PATIENCE, ...args],
      { cwd: folder, env: { ...inherited, FORCE_COLOR: '0', CI: 'true', ...env }, maxBuffer: 1 << 26, timeout: RUN_LIMIT },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: `${stdout}\n${stderr}` });
      },
    );
  });
}
