/** Stop with 100 idle keep-alive clients and 10 WebSockets. */
import { Agent, get } from 'node:http';
import { once } from 'node:events';
import WebSocket from 'ws';
import { inTurns, row, timed } from '../lib/measure.mjs';
import { WebController } from '../lib/require.mjs';
import { startWorker } from '../lib/workers.mjs';

export const title = 'Stop with 100 idle keep-alive clients and 10 WebSockets';

async function connect(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 100, maxFreeSockets: 100 });
  agent.on('free', (socket) => socket.on('error', () => undefined));
  const ask = async () => {
    const [response] = await once(get({ port, host: '127.0.0.1', agent }), 'response');
    response.resume();
    await once(response, 'end');
  };
  await Promise.all(Array.from({ length: 100 }, ask));
  const sockets = Array.from({ length: 10 }, () => new WebSocket(`ws://127.0.0.1:${port}`).on('error', () => undefined));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  return () => {
    agent.destroy();
    for (const socket of sockets) socket.terminate();
  };
}

export async function run({ rounds }) {
  const stops = await inTurns(
    {
      ours: async () => {
        const controller = await new WebController().start();
        const disconnect = await connect(controller.port);
        let report;
        const ms = await timed(async () => (report = await controller.stop()));
        disconnect();
        if (report.forced) throw new Error('The stop was forced: idle clients are to be cut at once.');
        return ms;
      },
      bare: async () => {
        const { worker, port } = await startWorker('web.worker.cjs');
        const disconnect = await connect(port);
        const ms = await timed(() => worker.terminate());
        disconnect();
        return ms;
      },
    },
    { rounds },
  );
  return [row('stop', stops.ours, stops.bare, { than: 'worker.terminate()', limit: 2, most: 10 })];
}
