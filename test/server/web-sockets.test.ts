import { expect, jest, test } from '@jest/globals';
import { ServerResponse } from 'node:http';
import makeSocketIo from '../fixtures/servers/socket-io';
import makeWs from '../fixtures/servers/ws-no-server';
import { inProcess, listen } from './in-process';
import { WEB_SOCKETS, describeShapes } from './shapes';

describeShapes(WEB_SOCKETS, inProcess);

// As restify does to each server of its process.
test.each([
  ['ws', makeWs, 426],
  ['Socket.IO', makeSocketIo, 404],
])('%s alone answers plain requests where writeHead() is replaced by one that returns nothing', async (_name, make, status) => {
  const { writeHead } = ServerResponse.prototype as unknown as { writeHead: (...args: unknown[]) => unknown };
  const replaced = jest.spyOn(ServerResponse.prototype, 'writeHead').mockImplementation(function (
    this: ServerResponse,
    ...args: unknown[]
  ) {
    writeHead.apply(this, args);
    return undefined as never;
  });
  const running = await listen(make());
  try {
    const { hostname, port } = new URL(running.url ?? '');
    await expect(fetch(`http://${hostname}:${port}/`)).resolves.toMatchObject({ status });
  } finally {
    await running.close({ timeout: 1000 });
    replaced.mockRestore();
  }
});
