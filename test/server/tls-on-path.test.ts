/**
 * TLS on a Unix socket, whose connections have no ports to tell them apart.
 */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect } from 'node:net';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { makeCertificate } from '../fixtures/servers/certificate';
import { temporaryFolder } from '../temporary';
import { cleanUps, start } from './adapted';

test('a request may be finished though a client before it has said nothing', async () => {
  const server = https.createServer(await makeCertificate());
  const socketPath = path.join(temporaryFolder(), 'tls.sock');
  const running = await start(server, { path: socketPath });
  const accepted = once(server, 'connection');
  const silent = connect(socketPath).on('error', () => undefined);
  cleanUps.push(() => silent.destroy());
  await accepted;
  const held = once(server, 'request') as Promise<[http.IncomingMessage, http.ServerResponse]>;
  const sent = https.get({ socketPath, rejectUnauthorized: false, agent: false });
  const answered = once(sent, 'response') as Promise<[http.IncomingMessage]>;
  const [, response] = await held;
  const closed = running.close({ timeout: 60_000 });
  response.end('hello');
  const [answer] = await answered;
  expect(await text(answer)).toBe('hello');
  expect(await closed).toEqual({ forced: false, cut: [] });
});
