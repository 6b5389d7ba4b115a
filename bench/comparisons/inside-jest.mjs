/** What a Jest test sees: the project in jest-project is run once to warm the transform's cache, then once to measure. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { row } from '../lib/measure.mjs';

export const title = 'Inside Jest: ts-jest with full type checks, warm transform cache';

const project = fileURLToPath(new URL('../jest-project', import.meta.url));
const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));

/** A test file: each one loads the application anew, as Jest does for every file, on both sides. */
const LOAD_TEST = (index) => `
  const { appendFileSync } = require('node:fs');
  const { useController } = require('jest-controller');
  const { loadApp } = require('../timed-load');
  const { LoadController } = require('../load.controller');
  const beside = useController(LoadController);
  const sides = { beside: () => beside.remote.load(), inside: () => loadApp() };
  test('loads', async () => {
    const figures = {};
    for (const name of ${JSON.stringify(index % 2 === 0 ? ['beside', 'inside'] : ['inside', 'beside'])}) figures[name] = await sides[name]();
    appendFileSync(process.env.BENCH_OUT, JSON.stringify(figures) + '\\n');
  });`;

/** Loads in as many test files of one Jest run. */
async function measureLoads(rounds, folder) {
  const generated = join(project, 'generated');
  const warmup = 2;
  await mkdir(generated, { recursive: true });
  try {
    for (let index = 0; index < rounds + warmup; index++) await writeFile(join(generated, `load-${index}.test.js`), LOAD_TEST(index));
    const text = await runJest('generated', rounds, folder);
    const figures = text
      .trim()
      .split('\n')
      .slice(warmup)
      .map((line) => JSON.parse(line));
    return { beside: figures.map(({ beside }) => beside), inside: figures.map(({ inside }) => inside) };
  } finally {
    await rm(generated, { recursive: true, force: true });
  }
}

const measure = async (file, rounds, folder) => JSON.parse(await runJest(file, rounds, folder));

/** Runs the project's test file and gives the figures that it wrote. */
async function runJest(file, rounds, folder) {
  const out = join(folder, `${file}.json`);
  const child = spawn(process.execPath, [jest, '--runInBand', '--rootDir', project, '--cacheDirectory', join(folder, 'cache'), file], {
    cwd: project,
    env: { ...process.env, BENCH_OUT: out, BENCH_ROUNDS: String(rounds) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (piece) => (printed += piece));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The Jest project failed:\n${printed}`);
  return readFile(out, 'utf8');
}

export async function run({ rounds }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-jest-'));
  try {
    await measure('start.test.ts', 1, folder);
    const starts = await measure('start.test.ts', rounds, folder);
    const loads = await measureLoads(rounds, folder);
    const each = await measure('each-test.test.ts', rounds, folder);
    return [
      row('fresh thread, TypeScript, start to ready', starts.fresh, starts.bare, { than: 'bare worker', limit: 1.5 }),
      row('warm spare, TypeScript, start to ready', starts.spare, starts.bare, { than: 'bare worker', limit: 0.3, most: 10 }),
      row('Express app in TypeScript: load, in a thread', loads.beside, loads.inside, { than: 'the same load by a test', limit: 1.2 }),
      row("Express app, scope: 'test', spare ready", starts.expressSpare, starts.expressBare, {
        than: 'fresh worker that loads Express',
        limit: 0.5,
      }),
      row("Express app, scope: 'test', tests without a pause", each.start, starts.expressBare, { than: 'fresh worker that loads Express' }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
