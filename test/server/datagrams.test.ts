/**
 * Objects that hold a datagram socket and bind it when they are started, as many home-made UDP servers do.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { cleanUps, start } from './adapted';

function socketOf(): Socket {
  const socket = createSocket('udp4').on('message', (_message, { port, address }) => void socket.send('heard', port, address));
  return socket;
}

class Stops {
  readonly socket = socketOf();
  start(port: number, host: string): Promise<unknown> {
    this.socket.bind(port, host);
    return once(this.socket, 'listening');
  }
  stop(): void {
    this.socket.close();
  }
}

/** Tells nobody when it is bound. */
class Silent extends Stops {
  override start(port: number, host: string): Promise<unknown> {
    this.socket.bind(port, host);
    return Promise.resolve();
  }
}

/** As syslogd is: its listen calls back, and it has nothing that closes it. */
class Endless {
  readonly server = socketOf();
  port: number | undefined;
  listen(port: number, done: (error?: Error) => void): void {
    this.port = port;
    this.server
      .on('listening', () => {
        done();
      })
      .bind(port, '127.0.0.1');
  }
}

class Late {
  socket: Socket | undefined;
  start(port: number, host: string): void {
    this.socket = socketOf().bind(port, host);
  }
  close(): void {
    this.socket?.close();
  }
}

async function ask(port: number): Promise<string> {
  const client = createSocket('udp4');
  cleanUps.push(() => client.close());
  client.send('hello', port, '127.0.0.1');
  const [answer] = (await once(client, 'message')) as [Buffer];
  return answer.toString();
}

describe.each([
  ['binds its socket by start', () => new Stops()],
  ['gives no word of when that is bound', () => new Silent()],
  ['binds it by listen, and has nothing that closes it', () => new Endless()],
  ['makes it when it is started', () => new Late()],
])('an object that %s', (_what, make) => {
  test('is reached at that socket, which is closed at its stop', async () => {
    const value = make();
    const running = await start(value);
    expect(running).toMatchObject({ address: { address: '127.0.0.1', port: expect.any(Number) }, url: expect.stringMatching(/^udp:/) });
    expect(await ask((running.address as { port: number }).port)).toBe('heard');
    const socket = 'server' in value ? value.server : value.socket;
    const closed = socket === undefined ? undefined : once(socket, 'close');
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    await closed;
  });

  test('gives its error where the port is in use', async () => {
    const other = socketOf().bind(0, '127.0.0.1');
    cleanUps.push(() => other.close());
    await once(other, 'listening');
    await expect(start(make(), { port: other.address().port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

test('a socket that is asked for a path, which it has none of, is refused and closed', async () => {
  const socket = socketOf();
  const closed = once(socket, 'close');
  await expect(start(socket, { path: '/tmp/no-such-socket' })).rejects.toMatchObject({
    code: 'ERR_FACTORY',
    message: expect.stringMatching(
      / listens at hostname .* and port \d+, but path \/tmp\/no-such-socket was asked for\.[^]*return it before it listens/,
    ),
  });
  await closed;
});
