/** A plain net server in JavaScript: from nothing to listening, and down again. Without Jest. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { inTurns, row, timed } from '../lib/measure.mjs';
import { EchoController } from '../lib/require.mjs';
import { startWorker } from '../lib/workers.mjs';

export const title = 'Start and stop a plain net server (JavaScript, fresh thread)';

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

export async function run({ rounds }) {
  const stops = { ours: [], bare: [], inside: [] };
  const work = { ours: [], bare: [] };
  const starts = await inTurns(
    {
      ours: async () => {
        const controller = new EchoController();
        const used = processorTime();
        const ms = await timed(() => controller.start());
        work.ours.push(processorTime() - used);
        stops.ours.push(await timed(() => controller.stop()));
        return ms;
      },
      bare: async () => {
        let worker;
        const used = processorTime();
        const ms = await timed(async () => ({ worker } = await startWorker('echo.worker.cjs')));
        work.bare.push(processorTime() - used);
        stops.bare.push(await timed(() => worker.terminate()));
        return ms;
      },
      inside: async () => {
        const server = createServer((socket) => socket.pipe(socket));
        const ms = await timed(() => once(server.listen(0, '127.0.0.1'), 'listening'));
        stops.inside.push(await timed(() => once(server.close(), 'close')));
        return ms;
      },
    },
    { rounds, warmup: 3 },
  );
  return [
    row('start to ready', starts.ours, starts.bare, { than: 'bare worker', limit: 1.15 }),
    row('start to ready, processor time', work.ours, work.bare, { than: 'bare worker' }),
    row('start to ready', starts.ours, starts.inside, { than: 'a server inside the test' }),
    row('stop, nobody connected', stops.ours, stops.bare, { than: 'worker.terminate()' }),
  ];
}
