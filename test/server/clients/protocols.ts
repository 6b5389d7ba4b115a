/**
 * Clients of mail, MQTT, gRPC, LDAP and CoAP servers.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Client, credentials } from '@grpc/grpc-js';
import { Agent, request as coapRequest } from 'coap';
import ldapjs from 'ldapjs';
import { connectAsync } from 'mqtt';
import nodemailer from 'nodemailer';
import { service } from '../../fixtures/servers/grpc-service';
import type { Talk } from '../describe-server';
import { portOf } from '../describe-server';
import type { Running } from '../runners';

function transportTo(to: Running, pool: boolean): ReturnType<typeof nodemailer.createTransport> {
  return nodemailer.createTransport({ host: '127.0.0.1', port: portOf(to), pool, secure: false, tls: { rejectUnauthorized: false } });
}

const MAIL = { from: 'a@example.com', to: 'b@example.com', subject: 'hello', text: 'hello' };

export const talkSmtp: Talk = {
  once: async (to) => {
    await transportTo(to, false).sendMail(MAIL);
  },
  open: async (to) => {
    const transport = transportTo(to, true);
    await transport.sendMail(MAIL);
    return {
      again: async () => {
        await transport.sendMail(MAIL);
      },
      drop: () => {
        transport.close();
      },
    };
  },
};

export const talkMqtt: Talk = {
  once: async (to) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${portOf(to).toString()}`, { reconnectPeriod: 0 }, false);
    await exchange(client);
    await client.endAsync(true);
  },
  open: async (to) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${portOf(to).toString()}`, { reconnectPeriod: 5, clean: true });
    client.on('error', () => undefined);
    await exchange(client);
    return {
      again: async () => {
        if (!client.connected)
          await new Promise<void>((resolve) =>
            client.once('connect', () => {
              resolve();
            }),
          );
        await exchange(client);
      },
      drop: () => {
        client.end(true);
      },
    };
  },
};

async function exchange(client: Awaited<ReturnType<typeof connectAsync>>): Promise<void> {
  await client.subscribeAsync('greetings');
  const heard = new Promise((resolve) => client.once('message', resolve));
  await client.publishAsync('greetings', 'hello', { qos: 1 });
  await heard;
}

function grpcClient(to: Running): Client {
  return new Client(`127.0.0.1:${portOf(to).toString()}`, credentials.createInsecure());
}

async function expectHello(answer: Promise<Buffer>): Promise<void> {
  const got = (await answer).toString();
  if (got !== 'hello') throw new Error(`Expected "hello", got "${got}".`);
}

/** All four kinds of call. */
async function callAll(client: Client): Promise<void> {
  const { unary, upload, download, talk } = service;
  const options = { deadline: Date.now() + 60_000 };
  const hello = Buffer.from('hello');
  await expectHello(
    new Promise<Buffer>((resolve, reject) => {
      const done = (error: Error | null, value?: Buffer): void => {
        if (error === null && value !== undefined) resolve(value);
        else reject(error ?? new Error('No value.'));
      };
      client.makeUnaryRequest(unary.path, unary.requestSerialize, unary.responseDeserialize, hello, options, done);
    }),
  );
  await expectHello(
    new Promise<Buffer>((resolve, reject) => {
      const done = (error: Error | null, value?: Buffer): void => {
        if (error === null && value !== undefined) resolve(value);
        else reject(error ?? new Error('No value.'));
      };
      const call = client.makeClientStreamRequest(upload.path, upload.requestSerialize, upload.responseDeserialize, options, done);
      call.write(Buffer.from('hel'));
      call.end(Buffer.from('lo'));
    }),
  );
  const down = client.makeServerStreamRequest(download.path, download.requestSerialize, download.responseDeserialize, hello, options);
  await expectHello(once(down, 'data').then(([part]) => part as Buffer));
  const both = client.makeBidiStreamRequest(talk.path, talk.requestSerialize, talk.responseDeserialize, options);
  both.write(hello);
  await expectHello(once(both, 'data').then(([part]) => part as Buffer));
  both.end();
  await once(both, 'status');
}

export const talkGrpc: Talk = {
  once: async (to) => {
    const client = grpcClient(to);
    try {
      await callAll(client);
    } finally {
      client.close();
    }
  },
  open: async (to) => {
    const client = grpcClient(to);
    await callAll(client);
    return {
      again: () => callAll(client),
      drop: () => {
        client.close();
      },
    };
  },
  hold: async (to) => {
    const client = grpcClient(to);
    const { talk } = service;
    const call = client.makeBidiStreamRequest(talk.path, talk.requestSerialize, talk.responseDeserialize);
    const over = new Promise<void>((resolve, reject) => {
      call.on('error', reject).on('end', resolve);
    });
    over.catch(() => undefined);
    call.write(Buffer.from('hello'));
    await once(call, 'data');
    call.resume();
    return {
      finish: () => {
        call.end();
        return over;
      },
      drop: () => {
        client.close();
      },
    };
  },
};

export const talkLdap: Talk = {
  once: async (to) => {
    const client = await bind(to);
    client.destroy();
  },
  open: async (to) => {
    const client = await bind(to);
    return {
      drop: () => {
        client.destroy();
      },
    };
  },
};

function bind(to: Running): Promise<ReturnType<typeof ldapjs.createClient>> {
  const client = ldapjs.createClient({ url: [`ldap://127.0.0.1:${portOf(to).toString()}`] });
  return new Promise((resolve, reject) => {
    client.on('error', reject).on('connectError', reject);
    client.bind('cn=root', 'secret', (error) => {
      if (error === null) resolve(client);
      else reject(error);
    });
  });
}

/** An empty message, which is answered by a reset (RFC 7252, 4.3). */
const PING = Buffer.from([0x40, 0, 0, 1]);

/** What `talk` gives; rejects when nobody listens any more: of sockets for datagrams only a connected one is told of that. */
async function whileSomebodyListens<T>(port: number, talk: Promise<T>): Promise<T> {
  const socket = createSocket('udp4').on('error', () => undefined);
  const refused = once(socket, 'error').then(([error]) => Promise.reject<T>(error as Error));
  let pings: NodeJS.Timeout | undefined;
  socket.connect(port, '127.0.0.1', () => {
    // One that is just dying takes a datagram and says nothing: a later one is refused.
    pings = setInterval(() => {
      socket.send(PING);
    }, 20);
  });
  try {
    return await Promise.race([talk, refused]);
  } finally {
    clearInterval(pings);
    socket.close();
  }
}

export const talkCoap: Talk = {
  once: async (to) => {
    const agent = new Agent({ type: 'udp4' });
    const sent = coapRequest({ hostname: '127.0.0.1', port: portOf(to), pathname: '/', agent });
    const answered = once(sent, 'response') as Promise<[{ payload: Buffer }]>;
    sent.end();
    try {
      await expectHello(whileSomebodyListens(portOf(to), answered).then(([{ payload }]) => payload));
    } finally {
      agent.close();
    }
  },
};
