/** The cost of the Nth start and stop in one process: 10,000 of them with `--full`, 400 otherwise, or `--times`. */
import { median, row, timed } from '../lib/measure.mjs';
import { EchoController } from '../lib/require.mjs';

export const title = 'Start and stop, over and over in one process';

export async function run({ full, times: asked }) {
  const times = asked ?? (full ? 10_000 : 400);
  const part = Math.max(1, Math.floor(times / 10));
  const figures = [];
  const memory = [];
  for (let index = 0; index < times + 5; index++) {
    const controller = new EchoController();
    const ms = await timed(async () => {
      await controller.start();
      await controller.stop();
    });
    // The first ones compile.
    if (index >= 5) figures.push(ms);
    if (index % part === 0) memory.push(process.memoryUsage.rss() / 1e6);
  }
  return [
    row(`last ${part} of ${times} starts and stops`, figures.slice(-part), figures.slice(0, part), { than: `first ${part}`, limit: 1.1 }),
    row('resident memory, second half of the run', memory.slice(-4), [median(memory.slice(1, 5))], { than: 'first half', unit: 'MB' }),
  ];
}
