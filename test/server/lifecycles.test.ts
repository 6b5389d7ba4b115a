/**
 * Objects known by their verbs only: listen and close, start and stop.
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import fastify from 'fastify';
import { Server as SocketServer } from 'socket.io';
import { WebSocketServer } from 'ws';
import { FactoryError } from '../../src/errors/errors';
import { listenOn } from '../../src/server/adapters';
import { freePort } from '../controller/clients';
import { cleanUps, listening, start, warnings } from './adapted';
import { targetOf } from './in-process';

test.each(['start', 'listen'])(
  'an object whose %s has done its work before, and does nothing now, is reached at the server which that has started',
  async (verb) => {
    const server = await listening();
    const app = { [verb]: () => undefined, [verb === 'start' ? 'stop' : 'close']: () => server.close() };
    const running = await start(app);
    expect(running.server).toBe(app);
    expect(running.address).toStrictEqual(server.address());
    expect(await running.close({ timeout: 60_000 })).toStrictEqual({ forced: false, cut: [] });
    expect(server.listening).toBe(false);
  },
);

test('an object that calls back before it listens, and hands over what is no error, is waited for', async () => {
  const server = createServer();
  const app = {
    listen({ port, host }: { port: number; host: string }, callback: (info: object) => void): void {
      server.listen(port, host);
      callback({ port });
    },
    close: () => server.close(),
  };
  const running = await start(app);
  expect(running.address).toStrictEqual(server.address());
  expect(running.address).not.toBeNull();
});

describe('an object with start and stop', () => {
  class Api {
    starts = 0;
    readonly server = createHttpServer((_request, response) => response.end('hello'));

    start(): Promise<void> {
      this.starts += 1;
      return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    }

    stop(): void {
      this.server.close();
    }
  }

  test.each(['has started', 'is starting'])('that its factory %s is adopted, and started no second time', async (state) => {
    const api = new Api();
    cleanUps.push(() => api.server.close());
    const started = api.start();
    if (state === 'has started') await started;
    const running = await start(api);
    expect(api.starts).toBe(1);
    expect(running.address).toEqual(api.server.address());
    await running.close({ timeout: 100 });
    expect(api.server.listening).toBe(false);
  });

  test('that keeps it in what it has for a server is adopted, too', async () => {
    const server = await listening();
    const start = jest.fn();
    const running = await listenOn({ start, stop: () => server.close(), server: { server } }, targetOf());
    expect(start).not.toHaveBeenCalled();
    expect(running.owns(server)).toBe(true);
    await running.close({ timeout: 100 });
  });

  test.each([
    ['address', (address: AddressInfo) => ({ address: () => address })],
    ['port', ({ port }: AddressInfo) => ({ port })],
    ['url', ({ port }: AddressInfo) => ({ url: `http://localhost:${String(port)}/api` })],
  ])('that hides the server which its factory has started, and tells its %s, is adopted', async (_, telling) => {
    await listening(); // another of the factory's
    const server = await listening();
    const start = jest.fn();
    const app = { start, stop: () => server.close(), ...telling(server.address() as AddressInfo) };
    const running = await listenOn(app, targetOf());
    expect(start).not.toHaveBeenCalled();
    expect(running.owns(server)).toBe(true);
    expect(running.address).toMatchObject({ port: (server.address() as AddressInfo).port });
    await running.close({ timeout: 100 });
    expect(server.listening).toBe(false);
  });

  test.each(['close', 'shutdown'])('may have %s in the place of stop', async (verb) => {
    const server = createServer();
    const app = { start: () => once(server.listen(0, '127.0.0.1'), 'listening'), [verb]: () => server.close() };
    const running = await start(app);
    expect(running.owns(server)).toBe(true);
    expect(running.address).toEqual(server.address());
    await running.close({ timeout: 100 });
    expect(server.listening).toBe(false);
  });

  test('that tells the port which it shall have is started, though its factory has another server', async () => {
    const upstream = await listening();
    const server = createServer();
    const app = { port: 0, start: () => once(server.listen(0, '127.0.0.1'), 'listening'), stop: () => server.close() };
    const running = await start(app);
    expect(running.owns(server)).toBe(true);
    expect(running.owns(upstream)).toBe(false);
    expect(upstream.listening).toBe(true);
  });

  test.each<[string, () => Promise<{ readonly part: object; readonly server: Server }>]>([
    [
      'ws server',
      () => {
        const part = new WebSocketServer({ port: 0, host: '127.0.0.1' });
        return Promise.resolve({ part, server: (part as unknown as { _server: Server })._server });
      },
    ],
    [
      'Socket.IO server',
      async () => {
        const server = createHttpServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        return { part: new SocketServer(server), server };
      },
    ],
    [
      'Fastify instance',
      async () => {
        const part = fastify();
        await part.listen({ port: 0, host: '127.0.0.1' });
        return { part, server: part.server };
      },
    ],
  ])('that holds a %s which its factory has started is adopted', async (_, make) => {
    const { part, server } = await make();
    cleanUps.push(() => server.close());
    const start = jest.fn();
    const running = await listenOn({ part, start, stop: () => server.close() }, targetOf());
    expect(start).not.toHaveBeenCalled();
    expect(running.owns(server)).toBe(true);
    expect(running.address).toEqual(server.address());
    await running.close({ timeout: 100 });
    expect(server.listening).toBe(false);
  });
});

test('an object that listens but cannot be closed is refused', async () => {
  await expect(start({ listen: () => undefined })).rejects.toThrow(FactoryError);
});

test.each(['start', 'listen'])(
  'an object with %s whose hidden server stays the same is found at that in each of its starts',
  async (verb) => {
    const hidden = createHttpServer();
    const application = {
      [verb]: (port = 0) => once(hidden.listen(port, '127.0.0.1'), 'listening'),
      close: (done: () => void) => hidden.close(done),
      stop: (done: () => void) => hidden.close(done),
    };
    for (let round = 1; round <= 2; round += 1) {
      const running = await start(application);
      expect(running.address).toStrictEqual(hidden.address());
      await running.close({ timeout: 60_000 });
    }
  },
);

test('an object that starts without any server has no address', async () => {
  const done: string[] = [];
  const running = await start({ start: () => done.push('start'), stop: () => done.push('stop') });
  expect(running).toMatchObject({ address: null, url: null });
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  expect(done).toEqual(['start', 'stop']);
});

test('an object that listens everywhere is refused when a hostname was asked for, and closed', async () => {
  const server = createServer();
  const wrapper = { listen: (port: number) => server.listen(port), close: () => server.close() };
  const target = { ...targetOf(), given: { hostname: true, port: false } };
  await expect(listenOn(wrapper, target)).rejects.toThrow(/listens at hostname .*but hostname 127\.0\.0\.1 was asked for/);
  expect(server.listening).toBe(false);
});

describe('an object whose listen calls back', () => {
  const app = (given: unknown): object => ({
    listen: (_port: number, _hostname: string, done: (given: unknown) => void) => {
      done(given);
    },
    close: () => undefined,
  });

  test.each([[{ token: 1 }], [false], [true]])('with %p, which is no error, is told to be started by its factory', async (given) => {
    const failed = listenOn(app(given), targetOf());
    await expect(failed).rejects.toThrow(FactoryError);
    await expect(failed).rejects.toThrow('{ url, close }');
  });

  test.each([
    ['its url', ({ port }: AddressInfo) => `http://127.0.0.1:${String(port)}`],
    ['its address', (address: AddressInfo) => address],
    ['true', () => true],
  ])('with %s when its server listens has begun', async (_what, told) => {
    const server = createServer();
    const running = await start({
      listen: (port: number, hostname: string, done: (given: unknown) => void) => {
        server.listen(port, hostname, () => {
          done(told(server.address() as AddressInfo));
        });
      },
      close: () => server.close(),
    });
    expect(running.address).toEqual(server.address());
  });

  test.each([[new RangeError('no port')], ['no port'], [{ code: 'NO_PORT', message: 'no port' }]])(
    'with what it failed for is left to that: %p',
    async (failure) => {
      await expect(listenOn(app(failure), targetOf())).rejects.toBe(failure);
    },
  );
});

describe('an object that hides two servers, the side one first', () => {
  const hides = (): object => hiding().app;
  const hiding = () => {
    const [side, main] = [createHttpServer(), createServer()];
    const app = {
      async listen(port: number, hostname: string) {
        side.listen(0, hostname);
        await once(side, 'listening');
        main.listen(port, hostname);
        await once(main, 'listening');
      },
      close() {
        side.close();
        main.close();
      },
    };
    return { app, main };
  };

  test('is reached where it was asked to listen', async () => {
    const port = await freePort();
    expect(await start(hides(), { port })).toMatchObject({ url: `tcp://127.0.0.1:${port.toString()}` });
  });

  test('says that the first is taken where no port was asked for', async () => {
    const warn = warnings();
    const { url } = await start(hides());
    expect(url).toMatch(/^http:/);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/has made 2 servers listen, on the ports \d+, \d+, and tells of none/)]]);
  });

  test('is reached at the one meant where it is started, and returned together with that', async () => {
    const warn = warnings();
    const { app, main } = hiding();
    await app.listen(0, '127.0.0.1');
    const { url } = await start({ app, server: main });
    expect(url).toBe(`tcp://127.0.0.1:${(main.address() as AddressInfo).port.toString()}`);
    expect(warn).not.toHaveBeenCalled();
  });
});

test('an object that rejects while it starts rejects the start', async () => {
  const error = new Error('No database.');
  await expect(start({ start: () => Promise.reject(error), stop: () => undefined })).rejects.toBe(error);
});

test.each<[string, () => unknown]>([
  ['rejects with', () => Promise.reject(undefined as unknown as Error)],
  [
    'throws',
    () => {
      throw undefined as unknown as Error;
    },
  ],
])('one that %s nothing rejects it, too', async (_how, start) => {
  await expect(listenOn({ start, stop: () => undefined }, targetOf())).rejects.toBeUndefined();
});

test('hostname and port come to listen unchanged', async () => {
  const calls: unknown[][] = [];
  const value = {
    listen: (...args: unknown[]) => {
      calls.push(args.slice(0, 2));
      return Promise.resolve();
    },
    close: () => undefined,
  };
  await start(value, { hostname: 'example.test', port: 0 });
  await listenOn(value, { ...targetOf(), hostname: undefined });
  expect(calls).toEqual([
    [0, 'example.test'],
    [0, undefined],
  ]);
});
