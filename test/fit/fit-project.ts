/**
 * Jest projects laid out in unusual ways, run by a Jest process of their own.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { PATIENCE, RUN_LIMIT } from '../limits';
import { TEMPORARY } from '../temporary-base';

export const REPOSITORY = path.resolve(__dirname, '..', '..');
const MODULES = path.join(REPOSITORY, 'node_modules');
export const JEST = path.join(MODULES, 'jest', 'bin', 'jest.js');

export interface FitRun {
  readonly code: number;
  /** What Jest wrote, stdout and stderr, without colours. */
  readonly output: string;
}

export interface FitRunOptions {
  readonly cwd?: string;
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder with files and the packages of this repository, gone after `remove`. */
export class FitProject {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Writes files, path → text. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(this.at(file)), { recursive: true });
      await writeFile(this.at(file), text);
    }
  }

  at(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  run(args: readonly string[] = [], { cwd = '.', node = [], env = {} }: FitRunOptions = {}): Promise<FitRun> {
    const options = { cwd: this.at(cwd), env: { ...cleanEnvironment(), ...env }, maxBuffer: 1 << 26, timeout: RUN_LIMIT };
    return new Promise((resolve) => {
      execFile(process.execPath, [...node, JEST, ...PATIENCE, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: `${stdout}\n${stderr}` });
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A project named `name`; its packages are links, in `modules` of it. */
export async function fitProject(
  files: Readonly<Record<string, string>>,
  { name = 'fit-', modules = 'node_modules' } = {},
): Promise<FitProject> {
  const project = new FitProject(await realpath(await mkdtemp(path.join(TEMPORARY, name))));
  await linkModules(project.at(modules));
  await project.write({ 'package.json': '{ "name": "project", "private": true }', ...files });
  return project;
}

async function linkModules(modules: string): Promise<void> {
  await mkdir(modules, { recursive: true });
  const names = (await readdir(MODULES)).filter((name) => !name.startsWith('.') && name !== 'jest-controller');
  await Promise.all(names.map((name) => symlink(path.join(MODULES, name), path.join(modules, name), 'junction')));
  await symlink(REPOSITORY, path.join(modules, 'jest-controller'), 'junction');
}

/** What a Jest around has set for itself is not the affair of the one inside; nor is the repository of a hook of Git's that runs the tests. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:JEST_|GIT_|npm_)|^NODE_(?:OPTIONS|ENV)$/.test(name));
  return { ...Object.fromEntries(inherited), FORCE_COLOR: '0', CI: 'true' };
}
