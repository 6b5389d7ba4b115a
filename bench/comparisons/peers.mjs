/** Start plus stop of the same web server by other tools, each as its documentation says. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup, teardown } from 'jest-dev-server';
import { measure } from '../lib/jest-project.mjs';
import { inTurns, row, timed } from '../lib/measure.mjs';
import { WebController } from '../lib/require.mjs';
import { server, startWorker } from '../lib/workers.mjs';

export const title = 'Start plus stop of a web server, against other tools';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const script = server('web.process.cjs');

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await once(probe.close(), 'close');
  return port;
}

async function runCommand(file, args, options) {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'ignore', ...options });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${file} exited with code ${code}`);
}

const sides = {
  ours: () =>
    timed(async () => {
      const controller = await new WebController().start();
      await controller.stop();
    }),
  bare: () =>
    timed(async () => {
      const { worker } = await startWorker('web.worker.cjs');
      await worker.terminate();
    }),
  fork: () =>
    timed(async () => {
      const child = fork(script);
      await once(child, 'message');
      child.kill();
      await once(child, 'exit');
    }),
  devServer: async () => {
    const port = await freePort();
    return timed(async () => {
      const servers = await setup({
        command: `node ${script}`,
        port,
        host: '127.0.0.1',
        launchTimeout: 20_000,
        options: { env: { ...process.env, PORT: port } },
      });
      await teardown(servers);
    });
  },
  startServerAndTest: async () => {
    const port = await freePort();
    const command = join(modules, 'start-server-and-test/src/bin/start.js');
    return timed(() =>
      runCommand(command, [`node ${script}`, `http-get://127.0.0.1:${port}`, 'true'], { env: { ...process.env, PORT: String(port) } }),
    );
  },
};

/** The whole run of an empty test, with and without a server: the difference is the server's. */
async function playwright(folder, withServer) {
  const port = await freePort();
  const webServer = withServer
    ? `webServer: { command: 'node ${script}', url: 'http://127.0.0.1:${port}', env: { PORT: '${port}' } },`
    : '';
  await writeFile(
    join(folder, 'playwright.config.cjs'),
    `module.exports = { testMatch: 'empty.spec.cjs', reporter: 'null', ${webServer} };`,
  );
  return timed(() => runCommand(join(modules, '@playwright/test/cli.js'), ['test'], { cwd: folder }));
}

/** Vitest's way: the server lives in its main process, once for the whole run. */
async function vitest(folder, withServer) {
  const setup = withServer ? `globalSetup: './global-setup.mjs',` : '';
  await writeFile(join(folder, 'vitest.config.mjs'), `export default { test: { include: ['empty.vitest.mjs'], ${setup} } };`);
  return timed(() => runCommand(join(modules, 'vitest/vitest.mjs'), ['run'], { cwd: folder }));
}

async function empty() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-runners-'));
  await symlink(modules, join(folder, 'node_modules'));
  await writeFile(join(folder, 'empty.spec.cjs'), `require('@playwright/test').test('nothing', () => undefined);`);
  await writeFile(join(folder, 'empty.vitest.mjs'), `import { test } from 'vitest'; test('nothing', () => undefined);`);
  await writeFile(
    join(folder, 'global-setup.mjs'),
    `import { once } from 'node:events';
    import web from ${JSON.stringify(server('web.cjs'))};
    export async function setup(project) {
      const server = web.makeServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      project.provide('port', server.address().port);
      return () => new Promise((closed) => server.close(closed));
    }`,
  );
  return folder;
}

const difference = ({ with: more, without: less }) => more.map((ms, index) => ms - less[index]);

export async function run({ rounds }) {
  const figures = await inTurns(sides, { rounds, warmup: 1 });
  const folder = await empty();
  const pair = (runner) => inTurns({ with: () => runner(folder, true), without: () => runner(folder, false) }, { rounds, warmup: 1 });
  const inPlaywright = await pair(playwright);
  const inVitest = await pair(vitest);
  await rm(folder, { recursive: true, force: true });
  const cache = await mkdtemp(join(tmpdir(), 'bench-jest-'));
  const { whole } = await measure('whole.test.ts', rounds, cache).finally(() => rm(cache, { recursive: true, force: true }));
  const what = 'start plus stop';
  const spare = 'start plus stop, in Jest with a spare ready';
  return [
    row(spare, whole, figures.fork, { than: 'child_process.fork with a ready message', limit: 1 / 2 }),
    row(spare, whole, figures.devServer, { than: 'jest-dev-server', limit: 1 / 5 }),
    row(spare, whole, figures.startServerAndTest, { than: 'start-server-and-test, its whole run', limit: 1 / 50 }),
    row(what, figures.ours, figures.fork, { than: 'child_process.fork with a ready message', limit: 1 / 2 }),
    row(what, figures.ours, figures.devServer, { than: 'jest-dev-server', limit: 1 / 5 }),
    row(what, figures.ours, figures.startServerAndTest, { than: 'start-server-and-test, its whole run', limit: 1 / 50 }),
    row(what, figures.ours, figures.bare, { than: 'a bare worker with the same server, terminated' }),
    row(what, figures.ours, difference(inPlaywright), { than: 'Playwright webServer, run with less run without' }),
    row(what, figures.ours, difference(inVitest), { than: "vitest's globalSetup, run with less run without" }),
  ];
}
