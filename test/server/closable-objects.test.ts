import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import { cleanUps, listening, start, warnings } from './adapted';
import type { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { freePort } from '../controller/clients';
import makeApollo from '../fixtures/servers/apollo';
import makePolka from '../fixtures/servers/polka';

describe('an object that can only be closed', () => {
  test.each([
    ['closes', (server: Server) => ({ close: () => new Promise((resolve) => server.close(resolve)) })],
    ['closes by a callback', (server: Server) => ({ close: (done: () => void) => server.close(done) })],
    [
      'calls back with what is no error when it has closed',
      (server: Server) => ({ close: (done: (address: unknown) => void) => server.close(() => done({ port: 8025 })) }),
    ],
    ['stops', (server: Server) => ({ stop: () => server.close() })],
    [
      'can be awaited at the end of its scope',
      (server: Server) => ({ [Symbol.asyncDispose]: async () => await new Promise((done) => server.close(done)) }),
    ],
    ['is disposed of at the end of its scope', (server: Server) => ({ [Symbol.dispose]: () => void server.close() })],
  ])('%s the server of its factory, which is adopted', async (_, make) => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    const running = await start(make(server));
    expect(running.server).toBe(server);
    expect(running.address).toEqual(server.address());
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect(server.listening).toBe(false);
  });

  test.each<[string, (server: Server, given: (value: unknown) => void) => object]>([
    [
      'close(error)',
      (server, given) => ({
        close(error?: Error) {
          given(error);
          server.close();
        },
      }),
    ],
    [
      'close(reason)',
      (server, given) => ({
        close: function end(reason: unknown) {
          given(reason);
          server.close();
        },
      }),
    ],
    [
      'stop(options)',
      (server, given) => ({
        stop: (options?: object) => {
          given(options);
          server.close();
        },
      }),
    ],
    // prettier-ignore
    ['shutdown(signal), an arrow', (server, given) => ({ shutdown: (signal => { given(signal); server.close(); }) as (signal: unknown) => void })],
  ])('whose %s takes no callback is given none, and not waited for', async (_, make) => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    const given = jest.fn();
    const running = await start(make(server, given));
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect(given.mock.calls).toEqual([[undefined]]);
  });

  test('whose options may be left out is given its callback in their place', async () => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    const running = await start({
      close(options: unknown, done?: () => void) {
        setImmediate(() => server.close((done ?? options) as () => void));
      },
    });
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect(server.listening).toBe(false);
  });

  test('hides its server, and holds something whose listen is not for a port, such as an emitter’s', async () => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    const listen = jest.fn();
    const running = await start({ events: { listen, dispatch: () => undefined }, close: () => server.close() });
    expect(running.address).toEqual(server.address());
    expect(listen).not.toHaveBeenCalled();
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  });

  test.each([
    ['as Elysia does with an adapter for Node', "Elysia isn't running. Call `app.listen` to start the server."],
    ['as a class does that the close hook has stopped', 'Server is not started.'],
    ['as one does that counts its stops', 'HttpServer already stopped'],
  ])('says that it is not running, whether or not its server listens, %s', async (_, message) => {
    const server = await listening();
    const running = await start({
      stop() {
        throw new Error(message);
      },
    });
    expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
    expect(server.listening).toBe(false);
  });

  test('holds an application, which is the one to listen', async () => {
    const other = await listening();
    const running = await start({ app: makePolka(), close: () => undefined });
    expect(running.address).not.toEqual(other.address());
  });

  test('is told of the server that its factory has started, where it cannot end it', async () => {
    const { port } = (await listening()).address() as AddressInfo;
    await expect(start({ lower: () => undefined })).rejects.toThrow(
      new RegExp(
        `no server.*\\nA server has begun to listen, on port ${port.toString()}: return that, or the function that ends it\\.\\nReturn one`,
      ),
    );
  });

  test('is no server where its factory has started nothing', async () => {
    await expect(start({ close: () => undefined })).rejects.toThrow(/no server.*\n.*none listens yet.* await/);
    await expect(start({ run: () => undefined })).rejects.toThrow(/^(?![^]*listens yet)[^]*no server/);
  });
});

describe('what ends the servers of a factory that has started several', () => {
  test.each<[string, (server: ApolloServer, stop: () => unknown) => unknown]>([
    ['a function', (_server, stop) => stop],
    ['an object', (_server, stop) => ({ close: stop })],
    ['an Apollo server', (server) => server],
  ])('%s: the one on the port that was asked for is taken, else the first, which is said', async (_, make) => {
    const port = await freePort();
    const startTwo = async (): Promise<unknown> => {
      const [apollo, first] = [makeApollo(), createHttpServer()];
      await once(first.listen(0, '127.0.0.1'), 'listening');
      await startStandaloneServer(apollo, { listen: { port, host: '127.0.0.1' } });
      return make(apollo, () => Promise.all([apollo.stop(), new Promise((done) => first.close(done))]));
    };
    const warn = warnings();
    const asked = await start(await startTwo(), { port });
    expect(asked.url).toBe(`http://127.0.0.1:${port.toString()}`);
    expect(warn).not.toHaveBeenCalled();
    await asked.close({ timeout: 1000 });
    const unasked = await start(await startTwo());
    expect(unasked.url).not.toBe(asked.url);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/has made 2 servers listen, on the ports \d+, \d+, and what it returned tells of none/)],
    ]);
    await unasked.close({ timeout: 1000 });
  });
});
