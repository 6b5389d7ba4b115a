/**
 * Servers that accept connections for others: what those answer counts as theirs.
 */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningServer } from '../../src/server/types';
import { onHandlerError, type FailedExchange } from '../../src/server/traffic/handler-errors';
import { makeCertificate } from '../fixtures/servers/certificate';
import { cleanUps, start } from './adapted';

/** The first byte of a handshake. */
const TLS = 0x16;

let certificate: Awaited<ReturnType<typeof makeCertificate>>;

beforeAll(async () => {
  certificate = await makeCertificate();
});

/** What has come in, to be answered when the test says so. */
type Held = http.ServerResponse;

function serversOf(protocol: string): { readonly inner: http.Server; readonly held: Promise<Held> } {
  const inner = protocol === 'https' ? https.createServer(certificate) : http.createServer();
  const held = once(inner, 'request').then(([, response]) => response as Held);
  return { inner, held };
}

/** Looks at what a client says first, as where HTTP and HTTPS have one port. */
function sniffing(inner: http.Server): Server {
  return createServer((socket: Socket) => {
    socket.once('data', (head: Buffer) => {
      socket.pause();
      socket.unshift(head);
      expect(head[0] === TLS).toBe(inner instanceof https.Server);
      inner.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}

function handingOn(inner: http.Server): Server {
  return createServer((socket: Socket) => inner.emit('connection', socket));
}

async function ask({ address }: RunningServer, protocol: string): Promise<http.IncomingMessage> {
  const { port } = address as { port: number };
  const client = protocol === 'https' ? https : http;
  const sent = client.get({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false });
  sent.on('error', () => undefined);
  const [response] = (await once(sent, 'response')) as [http.IncomingMessage];
  return response;
}

describe.each([
  ['looks at the first byte', 'http', sniffing],
  ['looks at the first byte', 'https', sniffing],
  ['hands all of them on at once', 'http', handingOn],
  ['hands all of them on at once', 'https', handingOn],
])('a server that %s, for one of %s', (_how, protocol, doorTo) => {
  test('has its requests in flight, and lets them finish when it is stopped', async () => {
    const { inner, held } = serversOf(protocol);
    const running = await start(doorTo(inner));
    const answered = ask(running, protocol);
    const response = await held;
    expect(running.inFlight()).toEqual([{ line: 'GET /', time: expect.any(Number) }]);
    const closed = running.close({ timeout: 60_000 });
    response.end('hello');
    expect(await text(await answered)).toBe('hello');
    expect(await closed).toEqual({ forced: false, cut: [] });
  });

  test('has them cut and named at the deadline', async () => {
    const { inner, held } = serversOf(protocol);
    const running = await start(doorTo(inner));
    const answered = ask(running, protocol).catch((error: unknown) => error);
    await held;
    expect(await running.close({ timeout: 0 })).toEqual({ forced: true, cut: [expect.objectContaining({ protocol, request: 'GET /' })] });
    expect(await answered).toMatchObject({ code: 'ECONNRESET' });
  });

  test('has its failures', async () => {
    const { inner, held } = serversOf(protocol);
    const door = doorTo(inner);
    const running = await start(door);
    const failed: FailedExchange[] = [];
    cleanUps.push(onHandlerError((exchange) => failed.push(exchange)));
    const answered = ask(running, protocol);
    const response = await held;
    // Not `writeHead`, which restify replaces for all servers of this process.
    response.statusCode = 500;
    response.end('no such table');
    await text(await answered);
    expect(running.failures()).toEqual([{ line: 'GET / with 500 (no such table)', time: expect.any(Number) }]);
    expect(failed.map(({ server }) => running.owns(server))).toEqual([true]);
  });

  test('ends idle clients at once', async () => {
    const { inner } = serversOf(protocol);
    const door = doorTo(inner);
    const running = await start(door);
    const accepted = once(door, 'connection');
    const client = connect((running.address as { port: number }).port, '127.0.0.1').on('error', () => undefined);
    const ended = new Promise((resolve) => client.once('close', resolve));
    await accepted;
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    await ended;
  });
});

test('a stream of the application’s own, handed to an HTTP server as a connection, ends when its request is answered', async () => {
  const server = http.createServer();
  const running = await start(server);
  const stream = new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const held = once(server, 'request').then(([, response]) => response as Held);
  server.emit('connection', stream);
  stream.push('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const response = await held;
  const closed = running.close({ timeout: 60_000 });
  response.end('hello');
  expect(await closed).toEqual({ forced: false, cut: [] });
  expect(stream.destroyed).toBe(true);
});
