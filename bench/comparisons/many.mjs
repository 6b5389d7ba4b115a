/** Many controllers: memory with a thread each, and starts on one loop. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inTurns, row, timed } from '../lib/measure.mjs';
import { EchoController, ThreadLoop } from '../lib/require.mjs';
import { startWorker } from '../lib/workers.mjs';

export const title = 'Many controllers';

const MANY = 100;

/** MB of resident memory for each of MANY, measured in a process of its own. */
async function memory(kind) {
  const child = fork(fileURLToPath(import.meta.url), [kind], { execArgv: ['--expose-gc'] });
  const [figure] = await once(child, 'message');
  await once(child, 'exit');
  return figure;
}

async function measureMemory(kind) {
  const start = kind === 'ours' ? () => new EchoController().start() : () => startWorker('echo.worker.cjs');
  // The first brings what is shared by all.
  const alive = [await start()];
  globalThis.gc();
  const before = process.memoryUsage.rss();
  for (let index = 0; index < MANY; index++) alive.push(await start());
  globalThis.gc();
  process.send((process.memoryUsage.rss() - before) / MANY / 1e6, () => process.exit(0));
}

async function onOneLoop() {
  const loop = new ThreadLoop();
  const controllers = Array.from({ length: MANY }, () => new EchoController('127.0.0.1', 0, { loop }));
  const starts = [];
  for (const controller of controllers) starts.push(await timed(() => controller.start()));
  await Promise.all(controllers.map((controller) => controller.stop()));
  return starts;
}

export async function run({ rounds, full }) {
  const memories = await inTurns(
    { ours: () => memory('ours'), bare: () => memory('bare') },
    { rounds: full ? rounds : Math.min(rounds, 5), warmup: 0 },
  );
  const starts = [];
  for (let round = 0; round < rounds; round++) starts.push(await onOneLoop());
  const nth = (number) => starts.map((all) => all[number - 1]);
  return [
    row(`memory of a controller, ${MANY} alive, a thread each`, memories.ours, memories.bare, {
      than: 'bare worker',
      unit: 'MB',
      limit: 1.2,
    }),
    row(`start of the ${MANY}th controller on one loop`, nth(MANY), nth(2), { than: 'start of the 2nd', limit: 1.5 }),
  ];
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) await measureMemory(process.argv[2]);
