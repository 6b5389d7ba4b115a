/** The Jest project in jest-project, run by a Jest process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../jest-project', import.meta.url));
export const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));

/** The figures that a test file of the project measured. */
export const measure = async (file, rounds, folder) => JSON.parse(await runJest(file, rounds, folder));

/** Runs the project's test file and gives the figures that it wrote. */
export async function runJest(file, rounds, folder) {
  const out = join(folder, `${file}.json`);
  const child = spawn(process.execPath, [jest, '--runInBand', '--rootDir', project, '--cacheDirectory', join(folder, 'cache'), file], {
    cwd: project,
    env: { ...process.env, BENCH_OUT: out, BENCH_ROUNDS: String(rounds) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (piece) => (printed += piece));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The Jest project failed:\n${printed}`);
  return readFile(out, 'utf8');
}
