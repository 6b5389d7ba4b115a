/**
 * An HTTP/2 client.
 */
import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { text } from 'node:stream/consumers';
import type { Talk } from '../describe-server';
import type { Running } from '../runners';

async function open(to: Running): Promise<ClientHttp2Session> {
  const session = connect(to.url ?? '', { rejectUnauthorized: false });
  await once(session, 'connect');
  session.on('error', () => undefined);
  return session;
}

async function greet(session: ClientHttp2Session): Promise<void> {
  const answer = await text(session.request({ ':path': '/' }));
  if (answer !== 'hello') throw new Error(`Expected "hello", got "${answer}".`);
}

export const talkHttp2: Talk = {
  once: async (to) => {
    const session = await open(to);
    await greet(session);
    session.destroy();
  },
  open: async (to) => {
    const session = await open(to);
    await greet(session);
    return {
      drop: () => {
        session.destroy();
      },
    };
  },
  hold: async (to) => {
    const session = await open(to);
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    const failed = once(stream, 'close').then(() => {
      if (stream.rstCode !== 0 || session.destroyed) throw new Error('The stream was cut.');
    });
    failed.catch(() => undefined);
    stream.on('error', () => undefined);
    await once(stream, 'response');
    const body = text(stream);
    body.catch(() => undefined);
    return {
      finish: async () => {
        if (stream.destroyed) throw new Error('The stream was cut.');
        stream.end('x'.repeat(200_000));
        if ((await body).length !== 200_000) throw new Error('The answer was cut.');
      },
      drop: () => {
        session.destroy();
      },
    };
  },
};
