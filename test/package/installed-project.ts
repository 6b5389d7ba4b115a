/**
 * A project of its own that has this package installed from its packed tarball, in a temporary folder: what a user has after `npm install`.
 *
 * The package is a real folder there, so no path of this repository can stand in for a file that the tarball lacks; its dependencies and
 * the tools are links to this repository's.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { PATIENCE, RUN_LIMIT } from '../limits';

export const REPOSITORY = path.resolve(__dirname, '..', '..');
/** What `package.json` is, unless the files say otherwise. */
export const PACKAGE = '{ "name": "project", "private": true }';
const MODULES = path.join(REPOSITORY, 'node_modules');

export interface Outcome {
  readonly code: number;
  /** stdout and stderr, without colours. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @default the project's folder */
  readonly cwd?: string;
}

export class InstalledProject {
  readonly folder: string;
  readonly #root: string;

  constructor(folder: string, root: string) {
    this.folder = folder;
    this.#root = root;
  }

  /** Writes files, path → text. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(this.folder, file)), { recursive: true });
      await writeFile(path.join(this.folder, file), text);
    }
  }

  /** Runs a script of Node's: a file of the project, or one of an installed package. */
  run(script: string, args: readonly string[] = [], { env = {}, cwd = this.folder }: RunOptions = {}): Promise<Outcome> {
    const options = { cwd, env: { ...cleanEnvironment(), ...env }, maxBuffer: 1 << 26, timeout: RUN_LIMIT };
    return new Promise((resolve) => {
      execFile(process.execPath, [path.resolve(this.folder, script), ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: `${stdout}\n${stderr}` });
      });
    });
  }

  jest(args: readonly string[] = [], options?: RunOptions): Promise<Outcome> {
    return this.run('node_modules/jest/bin/jest.js', ['--runInBand', ...PATIENCE, ...args], options);
  }

  /** Leaves nothing of it but what is installed, for the next one. */
  async empty(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name !== 'node_modules');
    for (const name of names) await rm(path.join(this.folder, name), { recursive: true });
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** Packs this repository into `folder`, and gives the tarball's file. The build must be there already. */
async function pack(folder: string): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', args, {
    cwd: REPOSITORY,
    env: cleanEnvironment(),
    shell: process.platform === 'win32',
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  return path.join(folder, packed.filename);
}

export interface ProjectOptions {
  /** The project's folder inside the temporary one. @default the temporary one itself */
  readonly inside?: string;
  /**
   * `flat`: every package in one node_modules, as npm leaves it. `strict`: the project sees what it names, this package sees what it depends
   * on and its peers, as pnpm links them.
   * @default 'flat'
   */
  readonly layout?: 'flat' | 'strict';
}

/** A project with `files`, in which the package is installed. */
export async function installedProject(
  files: Readonly<Record<string, string>> = {},
  { inside = '', layout = 'flat' }: ProjectOptions = {},
): Promise<InstalledProject> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'jest-controller-installed-')));
  const project = new InstalledProject(path.join(root, inside), root);
  const modules = path.join(project.folder, 'node_modules');
  await mkdir(modules, { recursive: true });
  await (layout === 'flat' ? linkAll(modules) : linkStrictly(modules));
  await project.write({ 'package.json': PACKAGE, ...files });
  return project;
}

async function linkAll(modules: string): Promise<void> {
  const names = (await readdir(MODULES)).filter((name) => !name.startsWith('.') && name !== 'jest-controller');
  await link(names, modules);
  await cp(await unpacked(), path.join(modules, 'jest-controller'), { recursive: true });
}

async function linkStrictly(modules: string): Promise<void> {
  await link(['jest', 'ts-jest', 'typescript', '@types', '@jest/globals'], modules);
  const store = path.join(modules, '.pnpm', 'jest-controller@0.0.0', 'node_modules');
  await cp(await unpacked(), path.join(store, 'jest-controller'), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(path.join(REPOSITORY, 'package.json'), 'utf8')) as { dependencies: object };
  await link(['jest', ...Object.keys(dependencies)], store);
  await symlink(path.join(store, 'jest-controller'), path.join(modules, 'jest-controller'), 'junction');
}

async function link(names: readonly string[], modules: string): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(MODULES, name), path.join(modules, name), 'junction');
  }
}

/** The tarball's content, in the folder that global-set-up.mjs has made. It is made once a run, but by files that need it at the same moment. */
async function unpacked(): Promise<string> {
  const shared = process.env['JEST_PACKED_PACKAGE'] ?? '';
  const content = path.join(shared, 'package');
  if (existsSync(content)) return content;
  const folder = await mkdtemp(path.join(shared, 'packing-'));
  const tarball = await pack(folder);
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder]);
  await rename(path.join(folder, 'package'), content).catch((error: unknown) => {
    // Another file was quicker.
    if (!existsSync(content)) throw error;
  });
  return content;
}

/** What a Jest or npm around has set for itself is not the affair of the one inside. */
function cleanEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:JEST_|npm_)|^NODE_(?:OPTIONS|ENV)$/.test(name));
  return { ...Object.fromEntries(inherited), FORCE_COLOR: '0', CI: 'true' };
}
