import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import Koa from 'koa';
import { FactoryError } from '../../src/errors/errors';
import { freePort } from '../controller/clients';
import { answersToAll, listening, start, warnings } from './adapted';

describe('a bundle', () => {
  test('closes its server, then its other parts', async () => {
    const order: string[] = [];
    const server = createServer().on('close', () => order.push('server'));
    const running = await start({ server, pool: { close: () => order.push('pool') } });
    await running.close({ timeout: 100 });
    expect(order).toEqual(['server', 'pool']);
  });

  test('may have a part that holds the server which has been started, and stops it', async () => {
    const [server, other] = [await listening(), await listening()];
    const stop = jest.fn(() => server.close());
    const running = await start({ server: { host: 'localhost', port: 0, server, stop }, done: new Promise(() => undefined) });
    expect(running.address).toEqual(server.address());
    expect(running.owns(other)).toBe(false);
    await running.close({ timeout: 100 });
    expect(stop).toHaveBeenCalledTimes(1);
    expect(server.listening).toBe(false);
  });

  test('has a client that listens to messages for no server, and closes it, though it is a function', async () => {
    const order: string[] = [];
    const query = Object.assign(() => undefined, {
      listen: (name: string, heard: () => void, onlisten?: () => void) => name.replace('"', '') + String(heard) + String(onlisten),
      close: () => order.push('query'),
    });
    const broker = { listen: (channel: string) => channel.trim(), close: () => order.push('broker') };
    const app = new Koa();
    const running = await start({ query, broker, app });
    expect(running.server).toHaveProperty('app', app);
    expect((await fetch(running.url ?? '')).status).toBe(404);
    await running.close({ timeout: 100 });
    expect(order).toEqual(['query', 'broker']);
  });

  test('ends no database: a command of a client is not its close', async () => {
    const client = { shutdown: jest.fn(), quit: jest.fn() };
    const engine = { shutdown: jest.fn() };
    const running = await start({ server: createServer(), client, engine });
    await running.close({ timeout: 100 });
    expect(client.shutdown).not.toHaveBeenCalled();
    expect(engine.shutdown).toHaveBeenCalledTimes(1);
  });

  test('has parts that have been closed already', async () => {
    const client = { close: () => Promise.reject(new Error('The client is closed')) };
    const running = await start({ server: createServer(), client });
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  });

  test('is closed by its own close where it has one', async () => {
    const order: string[] = [];
    const server = createServer();
    const running = await start({ server, close: () => order.push('own') });
    await running.close({ timeout: 100 });
    expect(order).toEqual(['own']);
    expect(server.listening).toBe(false);
  });

  test('with a url is ended by what `await using` would call', async () => {
    const server = await listening();
    const dispose = jest.fn(async () => await new Promise((done) => server.close(done)));
    const running = await start({
      url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      [Symbol.asyncDispose]: dispose,
    });
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect(dispose).toHaveBeenCalledTimes(1);
  });

  test('disposes of none of its parts that do not close', async () => {
    const dispose = jest.fn();
    const running = await start({ server: createServer(), log: { [Symbol.asyncDispose]: dispose } });
    await running.close({ timeout: 100 });
    expect(dispose).not.toHaveBeenCalled();
  });

  test('is what the user sees as the server', async () => {
    const bundle = { server: createServer() };
    expect((await start(bundle)).server).toBe(bundle);
  });

  test('owns all of its servers that listen, and no other', async () => {
    const [main, admin, other] = [await listening(), await listening(), await listening()];
    const running = await start({ main, admin });
    expect([main, admin, other].map((server) => running.owns(server))).toEqual([true, true, false]);
  });

  test('is reached at the one of its servers that is on the port that was asked for, and says so', async () => {
    const warn = warnings();
    const [side, main] = [await listening(), await listening()];
    const { port } = main.address() as AddressInfo;
    expect(await start({ side, main }, { port })).toMatchObject({ address: main.address() });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^Of the bundle's servers, not the first .* Let factory\(\) return that first\.$/)],
    ]);
  });

  test('is refused when none of its servers is there', async () => {
    const [side, main] = [await listening(), await listening()];
    await expect(start({ side, main }, { port: await freePort() })).rejects.toThrow(FactoryError);
  });

  test('may hold what starts and closes and is no server', async () => {
    const transport = { start: jest.fn(), close: jest.fn() };
    const running = await start({ server: createServer(), transport });
    await running.close({ timeout: 100 });
    expect(transport.start).not.toHaveBeenCalled();
    expect(transport.close).toHaveBeenCalledTimes(1);
  });

  test('may be an array', async () => {
    expect((await start([{ close: () => undefined }, createServer(), 7])).address).toMatchObject({ port: expect.any(Number) });
  });

  test('may hold doubles that answer to every name', async () => {
    const running = await start({ mailer: answersToAll({}), queue: answersToAll(() => undefined), app: new Koa() });
    expect(running.address).toMatchObject({ port: expect.any(Number) });
    expect((await running.close({ timeout: 60_000 })).closeError).toBeUndefined();
  });

  test('with a url is a server that has been started', async () => {
    const server = await listening();
    const { port } = server.address() as AddressInfo;
    const url = `tcp://127.0.0.1:${port.toString()}`;
    const running = await start({ url, stop: () => server.close() });
    expect(running).toMatchObject({ url, address: server.address() });
  });

  test('with a url has that whole, with its path', async () => {
    const server = await listening();
    const url = `http://localhost:${(server.address() as AddressInfo).port.toString()}/graphql`;
    expect(await start({ url, release: () => undefined })).toMatchObject({ url, address: server.address() });
  });

  test('says that one of its two servers does not listen', async () => {
    const warn = warnings();
    await start({ http: await listening(), admin: await listening() });
    await start({ http: createHttpServer(), admin: createHttpServer() });
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^Of the bundle's 2 servers not all listen: .* a controller of its own\.$/)]]);
  });

  test('says so, too, of one that an application among its parts holds', async () => {
    const warn = warnings();
    await start({ app: { server: createServer(), listen: jest.fn(), close: jest.fn() }, lobby: await listening() });
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^Of the bundle's 2 servers not all listen: /)]]);
  });

  test('does not say so where another serves what that would have served', async () => {
    const warn = warnings();
    const handle = jest.fn();
    const app = { httpServer: createHttpServer(handle), listen: jest.fn(), close: jest.fn() };
    await start({ app, server: createHttpServer(handle) });
    expect(warn).not.toHaveBeenCalled();
  });

  test('is reached at the first of its parts that listen, be it an application that holds its server', async () => {
    const warn = warnings();
    const app = { server: await listening(), listen: jest.fn(), close: jest.fn() };
    const lobby = await listening();
    expect(await start({ app, lobby })).toMatchObject({ address: app.server.address() });
    expect(await start({ lobby, app })).toMatchObject({ address: lobby.address() });
    expect(await start([app, lobby, app.server])).toMatchObject({ address: lobby.address() });
    expect(app.listen).not.toHaveBeenCalled();
    expect(warn).not.toHaveBeenCalled();
  });

  test('names the part that was taken for the server and is none', async () => {
    const kernel = { listen: () => undefined };
    const text = /: Its part `kernel` is taken for the server\. The object has listen but no close/;
    await expect(start({ kernel, limit: 3 })).rejects.toThrow(text);
    await expect(start([7, kernel])).rejects.toThrow('Its part `1` is');
  });

  test('says that a start of its own is to be awaited', async () => {
    const whole = { kernel: { listen: () => undefined }, start: () => Promise.resolve() };
    await expect(start(whole)).rejects.toThrow(/If start\(\) of the whole makes a server listen, await it in factory\(\)\.$/);
  });

  test('is reached at its application where the part that it starts before that listens nowhere', async () => {
    const done: string[] = [];
    const job = { start: () => done.push('start'), stop: () => done.push('stop') };
    const app = new Koa().use((context) => {
      context.body = 'from the application';
    });
    const running = await start({ job, app });
    expect(await (await fetch(running.url ?? '')).text()).toBe('from the application');
    await running.close({ timeout: 100 });
    expect(done).toEqual(['start', 'stop']);
  });

  test('stops what it has started when its application cannot listen', async () => {
    const { port } = (await listening()).address() as AddressInfo;
    const done: string[] = [];
    const job = { start: () => done.push('start'), stop: () => done.push('stop') };
    await expect(start({ job, app: new Koa() }, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(done).toEqual(['start', 'stop']);
  });

  test.each(['already started', 'The job is already running.'])(
    'is reached at its application where another part says “%s”',
    async (text) => {
      const job = { start: () => Promise.reject(new Error(text)), stop: jest.fn() };
      const running = await start({ job, app: new Koa() });
      expect((await fetch(running.url ?? '')).status).toBe(404);
      await running.close({ timeout: 100 });
      expect(job.stop).toHaveBeenCalledTimes(1);
      await expect(start({ job })).rejects.toThrow(text);
    },
  );

  test('of parts that listen nowhere has no address', async () => {
    const running = await start({ job: { start: () => undefined, stop: () => undefined } });
    expect(running).toMatchObject({ address: null, url: null });
  });

  test('reports the error of a part that cannot be closed', async () => {
    const error = new Error('The pool is stuck.');
    const running = await start({ server: createServer(), pool: { close: () => Promise.reject(error) } });
    expect(await running.close({ timeout: 60_000 })).toMatchObject({ forced: false, closeError: error });
  });
});

describe('what starts and closes, and holds its server', () => {
  test('is started by its own start, not by its server’s listen', async () => {
    const done: string[] = [];
    const server = createServer();
    const app = {
      server,
      port: 3000,
      async start() {
        done.push('database');
        await once(server.listen(0, '127.0.0.1'), 'listening');
      },
      close() {
        done.push('closed');
        server.close();
      },
    };
    const running = await start(app);
    expect(running.address).toEqual(server.address());
    await running.close({ timeout: 100 });
    expect(done).toEqual(['database', 'closed']);
  });

  test.each(['close', 'stop'])(
    'and %s is waited for where its start gives no promise and listens when something else is there',
    async (verb) => {
      const server = createServer();
      const begin = (): void => void readFile(__filename).then(() => server.listen(0, '127.0.0.1'));
      const running = await start({ server, start: begin, [verb]: () => server.close() });
      expect(running.address).toEqual(server.address());
      expect(running.address).not.toBeNull();
    },
  );

  test('fails with what its server fails with, though its start gives no promise', async () => {
    const { port } = (await listening()).address() as AddressInfo;
    const server = createServer();
    const begin = (): void => void readFile(__filename).then(() => server.listen(port, '127.0.0.1'));
    await expect(start({ server, start: begin, stop: () => server.close() })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  test('is reached at its application where its start makes nothing listen, and has started its other parts', async () => {
    const done: string[] = [];
    const job = { start: () => done.push('start'), stop: () => done.push('stop') };
    const whole = { job, app: new Koa(), start: () => job.start(), close: () => job.stop() };
    const running = await start(whole);
    expect((await fetch(running.url ?? '')).status).toBe(404);
    await running.close({ timeout: 100 });
    expect(done).toEqual(['start', 'stop']);
  });

  test('of which nothing listens has no address; a part that could not be the server is named', async () => {
    const [begin, close] = [(): void => undefined, (): void => undefined];
    expect(await start({ start: begin, close })).toMatchObject({ address: null, url: null });
    const kernel = { listen: () => undefined };
    await expect(start({ kernel, start: begin, close })).rejects.toThrow(/part `kernel` .* By start\(\) of the whole nothing listens\.$/);
  });

  test('is started, too, where its factory has made another server listen', async () => {
    const upstream = await listening();
    const server = createServer();
    const begin = jest.fn(() => once(server.listen(0, '127.0.0.1'), 'listening'));
    const running = await start({ server, start: begin, close: () => server.close() });
    expect(begin).toHaveBeenCalledTimes(1);
    expect(running.owns(server)).toBe(true);
    expect(running.owns(upstream)).toBe(false);
  });

  test('is adopted where its factory has started it', async () => {
    const server = await listening();
    const begin = jest.fn();
    const running = await start({ server, start: begin, close: () => server.close() });
    expect(running.address).toEqual(server.address());
    expect(begin).not.toHaveBeenCalled();
  });
});
