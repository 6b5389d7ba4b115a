/** What a Jest test sees: the project in jest-project is run once to warm the transform's cache, then once to measure. */
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { row } from '../lib/measure.mjs';
import { jest, measure, project, runJest } from '../lib/jest-project.mjs';
import { startWorker } from '../lib/workers.mjs';

export const title = 'Inside Jest: ts-jest with full type checks, warm transform cache';

/** A test file: each one loads the application anew, as Jest does for every file, on both sides. */
const LOAD_TEST = (index) => `
  const { appendFileSync } = require('node:fs');
  const { useController } = require('jest-controller');
  const { loadApp } = require('../timed-load');
  const { LoadController } = require('../load.controller');
  const beside = useController(LoadController);
  const sides = { beside: () => beside.remote.load(), inside: () => loadApp() };
  test('loads', async () => {
    const figures = { file: await beside.remote.loadFile() };
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
    const all = (name) => figures.map((figure) => figure[name]);
    return { beside: all('beside'), inside: all('inside'), file: all('file') };
  } finally {
    await rm(generated, { recursive: true, force: true });
  }
}

/** The first file in threads that load Jest's transformer themselves, with the same cache. */
async function measureOwnTransformers(rounds, folder) {
  const { readConfig } = createRequire(jest)('jest-config');
  const argv = { $0: '', _: [], rootDir: project, cacheDirectory: join(folder, 'cache') };
  const { projectConfig } = await readConfig(argv, project);
  const workerData = { config: JSON.parse(JSON.stringify(projectConfig)), file: join(project, 'users.ts') };
  const figures = [];
  for (let round = -2; round < rounds; round++) {
    const { worker, port: ms } = await startWorker('own-transformer.worker.cjs', { workerData });
    if (round >= 0) figures.push(ms);
    await worker.terminate();
  }
  return figures;
}

export async function run({ rounds }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-jest-'));
  try {
    await measure('start.test.ts', 1, folder);
    const starts = await measure('start.test.ts', rounds, folder);
    const loads = await measureLoads(rounds, folder);
    const own = await measureOwnTransformers(rounds, folder);
    const each = await measure('each-test.test.ts', rounds, folder);
    return [
      row('fresh thread, TypeScript, start to ready', starts.fresh, starts.bare, { than: 'bare worker', limit: 1.5 }),
      row('warm spare, TypeScript, start to ready', starts.spare, starts.bare, { than: 'bare worker', limit: 0.3, most: 10 }),
      row('Express app in TypeScript: load, in a thread', loads.beside, loads.inside, { than: 'the same load by a test', limit: 1.2 }),
      row('a file of the project, in a thread: from the foreground', loads.file, own, { than: "Jest's transformer in the thread itself" }),
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
