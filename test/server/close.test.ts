import { once } from 'node:events';
import * as http2 from 'node:http2';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import * as tls from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { makeCertificate } from '../fixtures/servers/certificate';
import makeHttp from '../fixtures/servers/http';
import makeTunnel from '../fixtures/servers/tunnel';
import makeWs from '../fixtures/servers/ws-on-http';
import type { RunningServer } from '../../src/server/types';
import { listen } from './in-process';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(value: unknown): Promise<RunningServer> {
  const running = await listen(value);
  cleanUps.push(() => running.close({ timeout: 0 }));
  return running;
}

function portOf({ address }: RunningServer): number {
  return (address as { port: number }).port;
}

async function open(running: RunningServer, firstWords?: string): Promise<Socket> {
  const socket = connect(portOf(running), '127.0.0.1').on('error', () => undefined);
  cleanUps.push(() => socket.destroy());
  await once(socket, 'connect');
  if (firstWords !== undefined) {
    socket.write(firstWords);
    await once(socket, 'data');
  }
  return socket;
}

const KEEP_ALIVE = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
const UPGRADE = 'GET /news HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const CONNECT = 'CONNECT example.test:443 HTTP/1.1\r\nHost: example.test\r\n\r\n';

test('a hundred idle keep-alive clients and ten WebSockets are cut at once, and nothing is forced', async () => {
  const server = makeHttp();
  const running = await start(server);
  for (let client = 0; client < 100; client += 1) await open(running, KEEP_ALIVE);
  for (let client = 0; client < 10; client += 1)
    await open(running, `${KEEP_ALIVE.slice(0, -2)}Connection: Upgrade\r\nUpgrade: echo\r\n\r\n`);
  const since = performance.now();
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  expect(performance.now() - since).toBeLessThan(30_000);
});

test.each([
  ['a client that never sent a request', undefined],
  ['a client whose request is not complete', 'GET / HTTP/1.1\r\nHost: loc'],
])('%s is cut at once', async (_name, words) => {
  const running = await start(makeHttp());
  const accepted = once(running.server as http.Server, 'connection');
  const socket = await open(running);
  await accepted;
  if (words !== undefined) socket.write(words);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  await closed;
});

test('a CONNECT tunnel is cut at once', async () => {
  const running = await start(makeTunnel());
  const socket = await open(running, CONNECT);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  await closed;
});

test('a stream of server-sent events is in flight: it is cut at the deadline, and listed', async () => {
  const running = await start(makeHttp());
  await open(running, 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(running.inFlight()).toEqual([{ line: 'GET /events (answer begun, not ended)', time: expect.any(Number) }]);
  const { forced, cut } = await running.close({ timeout: 30 });
  expect(forced).toBe(true);
  expect(cut).toEqual([
    {
      peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      protocol: 'http',
      bytes: expect.any(Number),
      age: expect.any(Number),
      request: 'GET /events',
    },
  ]);
});

test.each([
  ['a WebSocket', 'upgrade', UPGRADE, () => http.createServer()],
  ['a WebSocket over TLS', 'upgrade', UPGRADE, async () => https.createServer(await makeCertificate())],
  ['a tunnel', 'connect', CONNECT, () => http.createServer()],
])('the request for %s is in flight until it is answered', async (_what, event, words, make) => {
  const server = await make();
  const asked = once(server, event) as Promise<[http.IncomingMessage, Socket]>;
  const running = await start(server);
  const socket = await open(running);
  const client = server instanceof https.Server ? tls.connect({ socket, rejectUnauthorized: false }).on('error', () => undefined) : socket;
  client.write(words);
  const [, answering] = await asked;
  expect(running.inFlight()).toEqual([{ line: 'a request for a WebSocket or a tunnel', time: expect.any(Number) }]);
  answering.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  expect(running.inFlight()).toEqual([]);
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
});

test('a stream of HTTP/2 says that its answer has begun, from when it has', async () => {
  const server = http2.createServer();
  const running = await start(server);
  const asked = once(server, 'stream') as Promise<[http2.ServerHttp2Stream]>;
  const client = http2.connect(`http://127.0.0.1:${portOf(running).toString()}`);
  const stream = client.request({ ':path': '/events' });
  const [answering] = await asked;
  expect(running.inFlight()).toEqual([{ line: 'GET /events', time: expect.any(Number) }]);
  answering.respond();
  expect(running.inFlight()).toEqual([{ line: 'GET /events (answer begun, not ended)', time: expect.any(Number) }]);
  stream.close();
  client.destroy();
});

test('a session of HTTP/2 that its server destroys at once ends nothing else', async () => {
  const server = http2.createServer().on('session', (session) => {
    session.destroy();
  });
  const running = await start(server);
  const client = http2.connect(`http://127.0.0.1:${portOf(running).toString()}`).on('error', () => undefined);
  await once(client, 'close');
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
});

test('a timeout of 0 cuts a request in flight at once', async () => {
  const running = await start(makeHttp());
  await open(running, 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const since = performance.now();
  expect((await running.close({ timeout: 0 })).cut).toHaveLength(1);
  expect(performance.now() - since).toBeLessThan(30_000);
});

test('a timeout of 0 forces nothing where nothing is in flight', async () => {
  const running = await start(makeHttp());
  await open(running, KEEP_ALIVE);
  expect(await running.close({ timeout: 0 })).toEqual({ forced: false, cut: [] });
});

test('a client that never reads is waited for, cut and listed', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const chunk = Buffer.alloc(1 << 20);
    while (socket.write(chunk) || socket.writableLength < 32 * chunk.length);
    server.emit('full');
  });
  const running = await start(server);
  const full = once(server, 'full');
  (await open(running)).pause();
  await full;
  const { forced, cut } = await running.close({ timeout: 30 });
  expect(forced).toBe(true);
  expect(cut).toEqual([expect.objectContaining({ protocol: 'tcp' })]);
});

test('a half-open client is cut at once', async () => {
  const running = await start(createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).resume()));
  const accepted = once(running.server as http.Server, 'connection');
  const socket = await open(running);
  const [serverSide] = (await accepted) as [Socket];
  const ended = once(serverSide, 'end');
  socket.end();
  await ended;
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
});

test('a request in flight is answered with "connection: close"', async () => {
  const answer: (() => void)[] = [];
  const running = await start((_request: http.IncomingMessage, response: http.ServerResponse) => {
    answer.push(() => response.end('hello'));
    (running.server as http.Server).emit('held');
  });
  const held = once(running.server as http.Server, 'held');
  const responded = new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get({ port: portOf(running), agent: new http.Agent({ keepAlive: true }) }, resolve).on('error', reject);
  });
  await held;
  expect(running.inFlight()).toEqual([{ line: 'GET /', time: expect.any(Number) }]);
  const closed = running.close({ timeout: 60_000 });
  answer[0]?.();
  const response = await responded;
  response.resume();
  expect(response.headers.connection).toBe('close');
  expect(await closed).toEqual({ forced: false, cut: [] });
});

test('WebSocket clients of ws are told that the server goes away', async () => {
  const running = await start(makeWs());
  const client = new WebSocket(running.url ?? '');
  await once(client, 'open');
  const closed = once(client, 'close');
  await running.close({ timeout: 60_000 });
  expect((await closed)[0]).toBe(1001);
});

test.each(['server', 'noServer'])(
  'WebSocket clients of ws in a bundle are told that the server goes away, with its option %s',
  async (option) => {
    const httpServer = http.createServer();
    const sockets = new WebSocketServer(option === 'server' ? { server: httpServer } : { noServer: true });
    if (option === 'noServer') {
      httpServer.on('upgrade', (request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
      });
    }
    const running = await start({ httpServer, sockets });
    const client = new WebSocket(`ws://127.0.0.1:${portOf(running).toString()}`);
    await once(client, 'open');
    const closed = once(client, 'close');
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect((await closed)[0]).toBe(1001);
  },
);

test('WebSocket clients hear what a close of several turns tells them before it closes the server', async () => {
  const server = http.createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  const running = await start({
    listen: (port: number, hostname: string, done: () => void) => server.listen(port, hostname, done),
    close: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const gone = [...sockets.clients].map((client) => once(client, 'close'));
      for (const client of sockets.clients) client.close(4000, 'good night');
      await Promise.all(gone);
      server.close();
    },
  });
  const client = new WebSocket(`ws://127.0.0.1:${portOf(running).toString()}`);
  await once(client, 'open');
  const closed = once(client, 'close');
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([4000, 'good night']);
});

test('a deadline that passes while the loop is busy counts what is over by then', async () => {
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const running = await start({ start: () => undefined, stop: nextTurn });
  // From here the next turn of the loop begins with its timers.
  await nextTurn();
  const closed = running.close({ timeout: 10 });
  const since = performance.now();
  while (performance.now() - since < 50);
  expect(await closed).toEqual({ forced: false, cut: [] });
});

test('a close that never settles is bounded, and forced', async () => {
  const running = await start({ start: () => undefined, stop: () => new Promise(() => undefined) });
  const since = performance.now();
  const closeError = expect.objectContaining({ name: 'StoppedError', message: expect.stringContaining('had not settled after 30 ms') });
  expect(await running.close({ timeout: 30 })).toEqual({ forced: true, cut: [], closeError });
  expect(performance.now() - since).toBeLessThan(30_000);
});

test('a close that throws is reported, and the server is closed all the same', async () => {
  const error = new Error('No.');
  const server = createServer();
  const close = (): void => {
    throw error;
  };
  const running = await start({ listen: (port: number) => server.listen(port), server, close });
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [], closeError: error });
  expect(server.listening).toBe(false);
});

/** As the start function of an application does it whose tests are to await the close. */
function withOwnClose(close: (closed: Promise<void>) => unknown): http.Server {
  const server = makeHttp();
  const original = server.close.bind(server);
  const own = (): unknown => close(new Promise((resolve) => original(() => void resolve())));
  return Object.assign(server, { close: own });
}

test('a close in the place of the server’s own that gives a promise is over with that', async () => {
  const running = await start(withOwnClose((closed) => closed));
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
});

test('one that gives nothing and calls nobody back is over with the server', async () => {
  const running = await start(withOwnClose(() => undefined));
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
});

test('what such a close rejects with is reported', async () => {
  const failed = new Error('no goodbye');
  const running = await start(withOwnClose((closed) => closed.then(() => Promise.reject(failed))));
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [], closeError: failed });
});

test('a server that the user has closed before is no error', async () => {
  const server = createServer();
  const running = await start(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
});

test('an answer that is ended and not yet written is in flight, also where a close of its own closes the server at once', async () => {
  const answer = Buffer.alloc(32 << 20);
  const server = http.createServer((_request, response) => {
    response.end(answer);
    server.emit('answered');
  });
  const running = await start({
    listen: (port: number, hostname: string, done: () => void) => server.listen(port, hostname, done),
    close: (done: () => void) => server.close(done),
  });
  const answered = once(server, 'answered');
  const client = await open(running);
  client.pause().write(KEEP_ALIVE);
  await answered;
  const closed = running.close({ timeout: 60_000 });
  let received = 0;
  client.on('data', ({ length }: Buffer) => (received += length)).resume();
  expect(await closed).toEqual({ forced: false, cut: [] });
  if (!client.closed) await once(client, 'close');
  expect(received).toBeGreaterThan(answer.length);
});

test('requests that are over are not in flight', async () => {
  const running = await start(makeHttp());
  await open(running, KEEP_ALIVE);
  expect(running.inFlight()).toEqual([]);
});
