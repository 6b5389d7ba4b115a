import { expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';
import makeHttps from '../fixtures/servers/https';
import makeSocketIo from '../fixtures/servers/socket-io';
import makeWs from '../fixtures/servers/ws-no-server';
import { start } from './adapted';
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

test('ws on an https server is reached by wss', async () => {
  const server = await makeHttps();
  const running = await listen(new WebSocketServer({ server }));
  try {
    const client = new WebSocket(running.url ?? '', { rejectUnauthorized: false });
    await once(client, 'open');
    expect(running.url).toMatch(/^wss:/);
    client.terminate();
  } finally {
    await running.close({ timeout: 1000 });
  }
});

test('an application that is exported, of a server that listens with Socket.IO on it, is reached there', async () => {
  const app = express();
  const server = createServer(app);
  // It takes the application off the server, and calls it itself; so does the second one with the first.
  new Server(server);
  new Server(server, { path: '/other' });
  server.listen(0, '127.0.0.1');
  const running = await start(app);
  expect(running.address).toEqual(server.address());
});
