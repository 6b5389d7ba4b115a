/**
 * An http client that can be left hanging in the middle of a request.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Held, Opened, Talk } from '../describe-server';
import type { Running } from '../runners';

export interface HttpTalk {
  /** The request of `once` and `open`: path, and what its answer holds. */
  readonly path?: string;
  readonly expected?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request of `hold`. */
  readonly upload?: { readonly path: string; readonly type: string; readonly body: string; readonly expected: string };
}

const ECHO = { path: '/', type: 'text/plain', body: 'first and second', expected: 'first and second' };

export function talkHttp({ path = '/', expected = 'hello', headers = {}, upload = ECHO }: HttpTalk = {}): Talk {
  return {
    once: async (to) => {
      const answer = await request(to, { path, headers, agent: false });
      if (!answer.includes(expected)) throw new Error(`Expected "${expected}", got "${answer}".`);
    },
    hold: (to) => hold(to, upload),
    open: (to) => open(to, path, headers),
  };
}

function clientOf(to: Running): typeof http | typeof https {
  return to.url?.startsWith('https:') === true ? https : http;
}

function optionsOf(to: Running): http.RequestOptions & { rejectUnauthorized: false } {
  const { hostname, port } = new URL(to.url?.replace(/^ws/, 'http') ?? `http://127.0.0.1:${portIn(to)}`);
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port, rejectUnauthorized: false };
}

function portIn({ address }: Running): string {
  return typeof address === 'object' && address !== null ? address.port.toString() : '';
}

export async function request(to: Running, options: http.RequestOptions): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    clientOf(to)
      .request({ ...optionsOf(to), ...options }, resolve)
      .on('error', reject)
      .end();
  });
  return text(response);
}

/** Sends the headers, waits until the server has begun with the request, and sends the body when it is told to. */
async function hold(to: Running, upload: typeof ECHO): Promise<Held> {
  const { path, type, body, expected } = upload;
  const sent = clientOf(to).request({
    ...optionsOf(to),
    method: 'POST',
    path,
    agent: false,
    headers: { expect: '100-continue', 'content-type': type, 'content-length': Buffer.byteLength(body) },
  });
  const answered = new Promise<string>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      text(response).then(resolve, reject);
    });
  });
  answered.catch(() => undefined);
  await new Promise((resolve, reject) => {
    sent.on('continue', resolve).on('error', reject);
    sent.flushHeaders();
  });
  return {
    finish: async () => {
      sent.end(body);
      const answer = await answered;
      if (!answer.includes(expected)) throw new Error(`Expected "${expected}", got "${answer}".`);
    },
    drop: () => sent.destroy(),
  };
}

/** A keep-alive connection that has had its answer. */
async function open(to: Running, path: string, headers: Readonly<Record<string, string>>): Promise<Opened> {
  const agent = new (clientOf(to).Agent)({ keepAlive: true, maxSockets: 1 });
  await request(to, { path, headers, agent });
  return {
    again: async () => {
      // A connection that the server has cut may still look usable to the agent for a moment.
      await request(to, { path, headers, agent }).catch(() => request(to, { path, headers, agent }));
    },
    drop: () => {
      agent.destroy();
    },
  };
}
