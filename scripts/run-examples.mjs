/**
 * Runs the projects in examples/, each as it would be after its own `npm install`: a copy in a temporary folder, with the packages that
 * its package.json names, and no others, linked from this repository's node_modules.
 *
 * node scripts/run-examples.mjs [name ...]
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '..');
const examples = path.join(repository, 'examples');

/** Those that need more than npm gives run only when they are named. */
const onRequest = ['browser'];

const folders = (await readdir(examples, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !folders.includes(name));
if (unknown.length > 0) throw new Error(`No such example: ${unknown.join(', ')}. There are ${folders.join(', ')}.`);
const chosen = asked.length > 0 ? asked : folders.filter((name) => !onRequest.includes(name));

const failed = [];
for (const name of chosen) {
  console.log(`\n── ${name}`);
  if ((await run(name)) !== 0) failed.push(name);
}
console.log(`\nexamples: ${chosen.length - failed.length} passed, ${failed.length} failed${failed.map((name) => `\n  ${name}`).join('')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function run(name) {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), `jest-controller-${name}-`)));
  try {
    await cp(path.join(examples, name), folder, { recursive: true, filter: (file) => path.basename(file) !== 'node_modules' });
    await linkPackages(folder);
    return await npmTest(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function linkPackages(folder) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  await mkdir(path.join(folder, 'node_modules'));
  for (const name of ['.bin', ...Object.keys({ ...dependencies, ...devDependencies })]) {
    const target = name === 'jest-controller' ? repository : path.join(repository, 'node_modules', name);
    const link = path.join(folder, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(target, link, 'junction');
  }
}

function npmTest(folder) {
  const env = { ...process.env };
  // What a Jest or npm around this one has set for itself is not the example's affair.
  for (const name of Object.keys(env)) if (/^(JEST_|npm_)|^NODE_OPTIONS$|^NODE_ENV$/.test(name)) delete env[name];
  return new Promise((resolve) => {
    const child = spawn('npm', ['test', '--silent'], { cwd: folder, env, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
