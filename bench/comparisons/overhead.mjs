/** What the environment costs a test file, without controllers and with one. All files run in one Jest process, in turns. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { row } from '../lib/measure.mjs';

export const title = 'Overhead for a test file, whole file, warm';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const CONTROLLER = `
  const { createServer } = require('node:net');
  const { Controller } = require('jest-controller');
  exports.Echo = class Echo extends Controller { factory() { return createServer((socket) => socket.pipe(socket)); } };`;
/** A test that takes its time, as tests with servers do. */
const BODY = `test('waits', () => new Promise((done) => setTimeout(done, 30)));`;
const PROJECTS = {
  plain: { environment: 'jest-environment-node', test: BODY },
  ours: { environment: 'jest-controller/environment', test: BODY },
  one: { environment: 'jest-controller/environment', test: `require('jest-controller').useController(require('./echo').Echo); ${BODY}` },
};

async function writeProject(folder, files) {
  await symlink(here('../node_modules'), join(folder, 'node_modules'));
  for (const [name, { test }] of Object.entries(PROJECTS)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'echo.js'), CONTROLLER);
    for (let index = 0; index < files; index++) await writeFile(join(folder, name, `${index}.test.js`), test);
  }
  const projects = Object.entries(PROJECTS).map(([name, { environment }]) => ({
    displayName: name,
    rootDir: join(folder, name),
    testEnvironment: environment,
    transform: {},
  }));
  const settings = {
    projects,
    reporters: [here('../overhead-project/reporter.cjs')],
    testSequencer: here('../overhead-project/sequencer.cjs'),
    cacheDirectory: join(folder, 'cache'),
  };
  await writeFile(join(folder, 'jest.config.js'), `module.exports = ${JSON.stringify(settings)};`);
}

export async function run({ rounds }) {
  const warmup = 5;
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-overhead-')));
  try {
    await writeProject(folder, rounds + warmup);
    const out = join(folder, 'figures.json');
    const child = spawn(process.execPath, [here('../node_modules/jest/bin/jest.js'), '--runInBand'], {
      cwd: folder,
      env: { ...process.env, BENCH_OUT: out },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error('The Jest run failed.');
    const figures = JSON.parse(await readFile(out, 'utf8'));
    const [plain, ours, one] = ['plain', 'ours', 'one'].map((name) => figures[name].slice(warmup));
    const over = (a, b) => a.map((ms, index) => ms - b[index]);
    return [
      row('a file without controllers', ours, plain, { than: 'jest-environment-node' }),
      difference('more for the environment, no controller', over(ours, plain), 3),
      row('a file with one controller', one, plain, { than: 'jest-environment-node' }),
      difference('more for one controller, the package loaded, started and stopped', over(one, ours), 30),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function difference(what, figures, most) {
  return { ...row(what, figures, figures, { than: '', most }), other: '', ratio: '' };
}
