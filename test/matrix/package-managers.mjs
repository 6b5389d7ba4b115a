/**
 * The behaviour project as pnpm and Yarn install it: a package sees what it names, and nothing else.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { NODES, versionOf } from './nodes.mjs';
import { behaviour } from './workshop.mjs';

const QUIET = { stdio: ['ignore', 'pipe', 'inherit'] };

/** pnpm 10 is the newest that runs on Node 20. */
export function pnpm(workshop) {
  const tool = path.join(workshop.install(workshop.project('pnpm'), ['pnpm@10']), 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
  const folder = workshop.project('by-pnpm', { from: ['project'], manifest: manifest(workshop) });
  // Without hoisting, not even the packages in its store see what they do not name.
  const strict = ['--config.hoist=false', '--config.strict-peer-dependencies=true', `--store-dir=${path.join(workshop.folder, 'store')}`];
  execFileSync(process.execPath, [tool, 'install', '--ignore-scripts', ...strict], { cwd: folder, ...QUIET });
  for (const node of someNodes(workshop)) workshop.check(`pnpm, Node ${versionOf(node)}`, folder, behaviour({ file: node }));
}

/** Yarn 4 with Plug'n'Play: no node_modules, packages stay in their archives. */
export function yarn(workshop) {
  const tools = workshop.install(workshop.project('yarn'), ['@yarnpkg/cli-dist@4']);
  const tool = path.join(tools, 'node_modules', '@yarnpkg', 'cli-dist', 'bin', 'yarn.js');
  const folder = workshop.project('by-yarn', {
    from: ['project'],
    // Yarn refuses a release of which one optional binary is not published; npm and pnpm leave it out. This one has all.
    manifest: { ...manifest(workshop), resolutions: { 'unrs-resolver': '1.11.1' } },
  });
  writeFileSync(
    path.join(folder, '.yarnrc.yml'),
    'nodeLinker: pnp\nenableGlobalCache: false\nenableScripts: false\nenableTelemetry: false\n',
  );
  writeFileSync(path.join(folder, 'yarn.lock'), '');
  const env = { YARN_GLOBAL_FOLDER: path.join(workshop.folder, 'yarn-global'), YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' };
  execFileSync(process.execPath, [tool, 'install'], { cwd: folder, env: { ...process.env, ...env }, ...QUIET });
  for (const node of someNodes(workshop)) {
    const commands = behaviour({ file: node, plain: [tool, 'node'], jest: [tool, 'jest'], env });
    workshop.check(`Yarn Plug'n'Play, Node ${versionOf(node)}`, folder, commands);
  }
}

function manifest({ tarball }) {
  return { devDependencies: { jest: '30', 'jest-controller': `file:${tarball}` } };
}

function someNodes(workshop) {
  return workshop.short ? [process.execPath] : NODES.map((version) => workshop.node(version));
}
