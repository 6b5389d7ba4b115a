import { EventEmitter, once } from 'node:events';
import { createServer as createHttpServer, request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { server as makeHapi } from '@hapi/hapi';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import Koa from 'koa';
import { FactoryError } from '../../src/errors/errors';
import { adapterFor, listenOn } from '../../src/server/adapters';
import { ADAPTERS } from '../../src/server/table';
import { listensItsOwnWay } from '../../src/server/members';
import type { ListenTarget, ServerAdapter } from '../../src/server/types';
import { freePort } from '../controller/clients';
import { answersToAll, cleanUps, listening, start, warnings } from './adapted';
import { targetOf } from './in-process';

describe('what is no server', () => {
  test.each([undefined, null])('is %s: the error says that nothing was returned', async (value) => {
    await expect(start(value)).rejects.toThrow(FactoryError);
    await expect(start(value)).rejects.toThrow(/returned nothing/);
  });

  test.each([
    ['a number', 42, '42 (number)'],
    ['a text', 'server', "'server' (string)"],
    ['an object without any verb', { port: 80, name: 'api' }, "{ port: 80, name: 'api' }"],
    ['an object of functions', { handle: () => undefined }, 'handle'],
    ['a class', class Api {}, '[class Api]'],
    ['an empty array', [], '[]'],
  ])('is %s: the error shows it and lists what is accepted', async (_name, value, shown) => {
    const error: unknown = await start(value).catch((rejected: unknown) => rejected);
    expect(error).toBeInstanceOf(FactoryError);
    const { message } = error as FactoryError;
    expect(message).toContain(shown);
    for (const { name } of ADAPTERS) expect(message).toContain(name);
  });

  test('is an object whose members throw', async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('Hands off.');
        },
      },
    );
    expect(adapterFor(hostile)).toBeUndefined();
  });

  // As the graph inspector is that each testing module of NestJS holds.
  test.each([
    ['is', (double: object) => double],
    ['holds', (double: object) => ({ double, close: () => undefined })],
  ])('%s an object that answers to every name', async (_how, given) => {
    await expect(start(given(answersToAll({})))).rejects.toThrow(FactoryError);
    await expect(start(given(answersToAll(() => undefined)))).rejects.toThrow(FactoryError);
  });
});

describe('a request listener whose server listens already', () => {
  const app = (): ((_request: unknown, response: ServerResponse) => void) => (_request, response) => void response.end('hello');

  test('is reached there, also when it is only about to listen', async () => {
    const listener = app();
    const server = createHttpServer(listener).listen(0, '127.0.0.1');
    const running = await start(listener);
    expect(running.server).toBe(server);
    expect(running.address).toStrictEqual(server.address());
    expect(await (await fetch(String(running.url))).text()).toBe('hello');
    await running.close({ timeout: 1000 });
    expect(server.listening).toBe(false);
  });

  test('is reached at that of the application on which it is mounted, at the same paths only', async () => {
    const [whole, part] = [express(), express()];
    const server = createHttpServer(whole.use('/', part)).listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    const elsewhere = express();
    whole.use('/elsewhere', elsewhere);
    expect((await start(elsewhere)).server).not.toBe(server);
    expect((await start(part)).server).toBe(server);
  });

  test('has a server of its own where it was asked for elsewhere', async () => {
    const listener = app();
    const server = createHttpServer(listener).listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    const port = await freePort();
    expect((await start(listener, { port })).address).toMatchObject({ port });
  });

  test('has one of its own beside a server that answers by another', async () => {
    const server = createHttpServer(app()).listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    expect((await start(app())).server).not.toBe(server);
  });
});

test('a Koa application that has made the server in one of its fields listen is reached there', async () => {
  class Api extends Koa {
    readonly httpServer = createHttpServer(this.callback() as RequestListener).listen(0, '127.0.0.1');
  }
  const app = new Api();
  cleanUps.push(() => app.httpServer.close());
  expect((await start(app)).server).toBe(app.httpServer);
});

describe('an application whose listen was replaced', () => {
  const applications = {
    Express: () => express(),
    'Express 4': () => express4() as express.Express,
    connect: () => connect() as unknown as express.Express,
    Koa: () => new Koa() as unknown as express.Express,
  };

  test.each(Object.entries(applications))(
    'is told to listen, so that its server is the one that it has made: %s',
    async (_name, create) => {
      const app = create();
      const listen = app.listen.bind(app) as (...args: unknown[]) => Server;
      const upgrades: unknown[] = [];
      app.listen = (...args: unknown[]) =>
        listen(...args).on('upgrade', (request: IncomingMessage, socket: Socket) => {
          upgrades.push(request.url);
          socket.end();
        }) as ReturnType<typeof app.listen>;
      const { url, close, server } = await start(app);
      const client = request(String(url), { path: '/news', headers: { connection: 'upgrade', upgrade: 'websocket' } }).end();
      await once(client, 'error');
      expect(upgrades).toStrictEqual(['/news']);
      await close({ timeout: 1000 });
      expect(server).toHaveProperty('listening', false);
    },
  );

  test('has what it promises to be made listen awaited, too, as that of Feathers', async () => {
    const app = express().get('/', (_request, response) => void response.send('here'));
    const listen = app.listen.bind(app) as (...args: unknown[]) => Server;
    app.listen = ((...args: unknown[]) => Promise.resolve(listen(...args))) as unknown as typeof app.listen;
    const { url, close } = await start(app);
    expect(await (await fetch(String(url))).text()).toBe('here');
    await close({ timeout: 1000 });
  });

  test('is awaited where that takes time, and fails with its own error', async () => {
    const app = express();
    const error = new RangeError('No database.');
    app.listen = (async () => {
      await new Promise(setImmediate);
      throw error;
    }) as unknown as typeof app.listen;
    await expect(start(app)).rejects.toBe(error);
  });

  test.each(Object.entries(applications))('is not called as long as it is the one of %s itself', (_name, create) => {
    expect(listensItsOwnWay(create())).toBe(false);
  });
});

test('a promise is awaited', async () => {
  expect((await start(Promise.resolve(createServer()))).url).toMatch(/^tcp:/);
});

test('a rejected promise rejects with its own error', async () => {
  const error = new RangeError('No.');
  await expect(start(Promise.reject(error))).rejects.toBe(error);
});

describe('an adapter of the user', () => {
  class Mainframe {
    where: number | undefined;
    readonly server = createHttpServer((_request, response) => response.end('hello'));
  }
  const adapter: ServerAdapter<Mainframe> = {
    name: 'a mainframe',
    accepts: (value) => value instanceof Mainframe,
    async listen(mainframe, { port, hostname }) {
      await new Promise<void>((resolve) => mainframe.server.listen(port, hostname, resolve));
      mainframe.where = port;
      return { scheme: 'mainframe', close: () => mainframe.server.close() };
    },
  };

  test('comes before those of the table', async () => {
    const mainframe = new Mainframe();
    const running = await start(mainframe, {}, [adapter]);
    expect(mainframe.where).toBe(0);
    expect(running.server).toBe(mainframe);
  });

  test('need not tell the address: the server that began to listen is found', async () => {
    const mainframe = new Mainframe();
    const { url, address } = await start(mainframe, {}, [adapter]);
    const { port } = mainframe.server.address() as AddressInfo;
    expect(address).toMatchObject({ port });
    expect(url).toBe(`mainframe://127.0.0.1:${port.toString()}`);
  });

  test('that tells what cannot be used is named, and its server does not go on listening', async () => {
    const wrong = {
      ...adapter,
      listen: async (value: Mainframe, target: ListenTarget) => ({ ...(await adapter.listen(value, target)), url: 80 }),
    };
    const mainframe = new Mainframe();
    const error: unknown = await start(mainframe, {}, [wrong as unknown as ServerAdapter]).catch((rejected: unknown) => rejected);
    expect(error).toBeInstanceOf(FactoryError);
    expect(error).toMatchObject({
      message: expect.stringContaining("'a mainframe' told its server wrongly: expected `url` to be a string, got 80"),
    });
    expect(mainframe.server.listening).toBe(false);
  });

  test('that tells nothing at all is named', async () => {
    const silent = { ...adapter, listen: () => undefined };
    await expect(start(new Mainframe(), {}, [silent as unknown as ServerAdapter])).rejects.toThrow(
      "'a mainframe' told nothing of its server",
    );
  });

  test('is believed that its server listens nowhere, whatever else its factory has started', async () => {
    await listening();
    const offline = { ...adapter, listen: () => ({ servers: [], address: null }) };
    expect(await start(new Mainframe(), {}, [offline])).toMatchObject({ address: null, url: null });
  });

  test.each<[string, (error: Error) => unknown]>([
    [
      'throws',
      (error) => {
        throw error;
      },
    ],
    ['rejects', (error) => Promise.reject(error)],
  ])('whose cut %s is told on, and its server is closed all the same', async (_how, fail) => {
    const error = new Error('It cannot be cut.');
    const mainframe = Object.assign(new Mainframe(), { server: createHttpServer() });
    const held = once(mainframe.server, 'request');
    const stubborn = {
      ...adapter,
      listen: async (value: Mainframe, target: ListenTarget) => ({
        ...(await adapter.listen(value, target)),
        cut: () => fail(error) as undefined,
      }),
    };
    const running = await start(mainframe, {}, [stubborn]);
    const answered = fetch((running.url ?? '').replace('mainframe', 'http')).catch((failure: unknown) => failure);
    await held;
    expect(await running.close({ timeout: 0 })).toMatchObject({ forced: true, cut: [{ request: 'GET /' }], closeError: error });
    expect(mainframe.server.listening).toBe(false);
    await answered;
  });

  test('is named among what is accepted', async () => {
    await expect(start(42, {}, [adapter])).rejects.toThrow(/a mainframe/);
  });
});

describe('a server that listens already', () => {
  test('is adopted with its real address', async () => {
    const server = await listening();
    expect((await start(server)).address).toEqual(server.address());
  });

  test('is adopted when it is hapi and still loads what it needs to listen', async () => {
    const server = makeHapi({ port: 0, host: '127.0.0.1' });
    server.ext('onPreStart', () => new Promise((resolve) => setImmediate(resolve)));
    const started = server.start();
    const running = await start(server);
    expect(running.address).toStrictEqual(server.listener.address());
    await started;
    expect(await running.close({ timeout: 60_000 })).toStrictEqual({ forced: false, cut: [] });
    expect(server.listener.listening).toBe(false);
  });

  test('is refused when another port was asked for; the error names both', async () => {
    const server = await listening();
    const { port } = server.address() as AddressInfo;
    const asked = port === 4242 ? 4243 : 4242;
    const error: unknown = await start(server, { port: asked }).catch((rejected: unknown) => rejected);
    expect(error).toBeInstanceOf(FactoryError);
    expect((error as Error).message).toContain(port.toString());
    expect((error as Error).message).toContain(asked.toString());
    expect(server.listening).toBe(false);
  });

  test('is refused when another hostname was asked for', async () => {
    const server = await listening();
    const target = { ...targetOf(), hostname: '127.0.0.2', given: { hostname: true, port: false } };
    await expect(listenOn(server, target)).rejects.toThrow(/127\.0\.0\.1.*127\.0\.0\.2/);
  });

  test.each(['localhost', '127.0.0.1'])('is accepted when %s was asked for and it is bound to loopback', async (hostname) => {
    const server = await listening();
    const running = await listenOn(server, { ...targetOf(), hostname, given: { hostname: true, port: false } });
    expect(running.address).toEqual(server.address());
    expect(running.url).toBe(`tcp://${hostname}:${(server.address() as AddressInfo).port.toString()}`);
    await running.close({ timeout: 0 });
  });

  test('has its own address in its url where no hostname was asked for', async () => {
    const running = await start(await listening(), { hostname: 'localhost' });
    expect(running.url).toMatch(/^tcp:\/\/127\.0\.0\.1:/);
  });
});

describe('a function without parameters', () => {
  test.each(['listens', 'is about to listen'])('stops the server of its factory that %s, which is adopted', async (state) => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    if (state === 'listens') await once(server, 'listening');
    let stopped = 0;
    const running = await start(() => {
      stopped += 1;
      server.close();
    });
    expect(running.server).toBe(server);
    expect(running.address).toEqual(server.address());
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect([stopped, server.listening]).toEqual([1, false]);
  });

  test('that fails to stop it is told, and the server is closed', async () => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    const error = new Error('No.');
    const running = await start(() => {
      throw error;
    });
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [], closeError: error });
    expect(server.listening).toBe(false);
  });

  test('answers requests where its factory has started nothing', async () => {
    const running = await start((...args: [unknown, ServerResponse]) => args[1].end('hello'));
    expect(await (await fetch(String(running.url))).text()).toBe('hello');
  });
});

test('a server that has been closed listens again', async () => {
  const server = await listening();
  await new Promise((resolve) => server.close(resolve));
  expect((await start(server)).address).toEqual(server.address());
});

test('no listener of ours is left on a server that has been closed', async () => {
  const server = createServer();
  const events = (): string[] => server.eventNames().map((name) => `${String(name)} ${server.listenerCount(name).toString()}`);
  const before = events();
  const running = await start(server);
  await running.close({ timeout: 100 });
  expect(events()).toEqual(before);
});

test('no listener of ours hears the errors of a server that runs, which may count who does', async () => {
  const httpServer = createHttpServer();
  const wrapper = Object.assign(new EventEmitter(), {
    listen: (port: number, hostname: string) => httpServer.listen(port, hostname),
    close: () => httpServer.close(),
  });
  await start(wrapper);
  const parts = { server: createServer(), events: new EventEmitter() };
  await start(parts);
  // What waited for one to listen goes a turn later.
  await turn();
  for (const emitter of [httpServer, wrapper, parts.server, parts.events]) expect(emitter.listenerCount('error')).toBe(0);
});

test('a server that is to be where it was, and is elsewhere, says so', async () => {
  const warn = warnings();
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  const before = port === 4242 ? 4243 : 4242;
  const running = await listenOn(server, { ...targetOf(), port: before, given: { hostname: false, port: false } });
  cleanUps.push(() => running.close({ timeout: 0 }));
  const text = `The server was on port ${before.toString()} before its restart, and is on port ${port.toString()} now`;
  expect(warn.mock.calls).toEqual([[expect.stringContaining(text)]]);
});
