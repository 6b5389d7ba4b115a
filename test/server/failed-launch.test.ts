/**
 * What is said of an object that could not be made to listen, beside its own error.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { claim } from '../../src/server/traffic/ledger';
import { freePort } from '../controller/clients';
import { cleanUps, listening, start, warnings } from './adapted';

describe('an object with start and stop', () => {
  test('that hides the server which its factory has started is told from one that finds its port in use', async () => {
    const warn = warnings();
    const port = await freePort();
    const hidden: Server[] = [];
    const app = {
      start: (): Promise<Server> =>
        new Promise((resolve, reject) => {
          const server = createServer();
          server.once('error', reject).listen(port, '127.0.0.1', () => {
            hidden.push(server);
            resolve(server);
          });
        }),
      stop: (): unknown => hidden.map((server) => server.close()),
    };
    await app.start();
    cleanUps.push(() => app.stop());
    await expect(start(app)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    expect(warn.mock.calls).toStrictEqual([[expect.stringMatching(new RegExp(`start\\(\\).* port ${String(port)}, .*started already`))]]);
  });

  test('that hides the server which its factory has started, and refuses a second start, is told of the first', async () => {
    const warn = warnings();
    const hidden = createServer();
    cleanUps.push(() => hidden.close());
    const app = {
      start: async (): Promise<unknown> => {
        if (hidden.listening) throw new RangeError('has been started already');
        return once(hidden.listen(0, '127.0.0.1'), 'listening');
      },
      stop: (): unknown => hidden.close(),
    };
    await app.start();
    const { port } = hidden.address() as AddressInfo;
    await expect(start(app)).rejects.toThrow(RangeError);
    expect(warn.mock.calls).toStrictEqual([
      [expect.stringMatching(new RegExp(`start\\(\\).* failed, .* port ${String(port)}: .*started already`))],
    ]);
  });

  test('that refuses its only start is left to its own error', async () => {
    const warn = warnings();
    const begun = createServer();
    cleanUps.push(() => begun.close());
    const app = {
      start: async (): Promise<unknown> => {
        await once(begun.listen(0, '127.0.0.1'), 'listening');
        throw new RangeError('no database');
      },
      stop: () => undefined,
    };
    await expect(start(app)).rejects.toThrow('no database');
    expect(warn).not.toHaveBeenCalled();
  });

  test('whose port another controller uses is left to its own error', async () => {
    const warn = warnings();
    const others = await listening();
    claim(others);
    const { port } = others.address() as AddressInfo;
    const app = { start: () => once(createServer().listen(port, '127.0.0.1'), 'listening'), stop: () => undefined };
    await expect(start(app)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    expect(warn).not.toHaveBeenCalled();
  });

  test('that was started by its factory, whose server is still about to listen, is told of that', async () => {
    const warn = warnings();
    const hidden = createServer();
    const listens = once(hidden, 'listening');
    cleanUps.push(() => listens.then(() => hidden.close()));
    let starts = 0;
    const app = {
      start: (): void => {
        if (starts > 0) throw new RangeError('has been started already');
        starts += 1;
        hidden.listen(0, 'localhost');
      },
      stop: (): unknown => hidden.close(),
    };
    app.start();
    await expect(start(app)).rejects.toThrow(RangeError);
    expect(warn.mock.calls).toStrictEqual([[expect.stringMatching(/^start\(\).* failed, .* listen: .*started already/)]]);
  });
});

test('an object whose own server cannot listen, though another of its start does, has failed with the error that its code has kept', async () => {
  const others = await listening();
  claim(others);
  const { port } = others.address() as AddressInfo;
  const page = createServer();
  const kept: unknown[] = [];
  const app = {
    server: createServer().on('error', (error) => kept.push(error)),
    start: (): void => {
      page.listen(0, '127.0.0.1');
      void Promise.resolve().then(() => app.server.listen(port, '127.0.0.1'));
    },
    close: (): unknown => [app.server.close(), page.close()],
  };
  cleanUps.push(() => app.close());
  await expect(start(app)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  expect(kept).toHaveLength(1);
  expect(app.server.listening).toBe(false);
});

describe("one of Node's servers that its own code could not make listen", () => {
  async function unlucky(): Promise<{ server: Server; error: unknown; others: Server }> {
    const others = await listening();
    const { port } = others.address() as AddressInfo;
    const server = createServer();
    const failed = once(server, 'error');
    server.listen(port, '127.0.0.1');
    const [error] = (await failed) as unknown[];
    return { server, error, others };
  }

  test('has failed with the error that this code has kept', async () => {
    const { server, error } = await unlucky();
    await expect(start(server)).rejects.toBe(error);
    expect(server.listening).toBe(false);
  });

  test('listens in a later start', async () => {
    const { server, error } = await unlucky();
    await expect(start(server)).rejects.toBe(error);
    expect((await start(server)).adopted).toBe(false);
  });

  test('is used where this code makes it listen then', async () => {
    const { server } = await unlucky();
    server.listen(0, '127.0.0.1');
    expect((await start(server)).adopted).toBe(true);
  });
});

test('a server whose start finds its port in use listens there in the next, when it is free', async () => {
  const others = await listening();
  const { port } = others.address() as AddressInfo;
  const server = createServer();
  await expect(start(server, { port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  others.close();
  await once(others, 'close');
  expect((await start(server, { port })).address).toMatchObject({ port });
});

describe('an object whose parameters are named for something else', () => {
  const failing = (logger: { info(text: string): void }, handler: () => void): void => {
    logger.info(handler.name);
  };

  test.each(['listen', 'start'])('is told how its %s was called where that fails with a TypeError', async (verb) => {
    const warn = warnings();
    await expect(start({ [verb]: failing, close: () => undefined, stop: () => undefined })).rejects.toThrow(
      'logger.info is not a function',
    );
    expect(warn.mock.calls).toStrictEqual([
      [
        expect.stringContaining(
          `${verb}(logger, handler) of what factory() returned, or of a part of it, was called as ${verb}(port, hostname, callback)`,
        ),
      ],
    ]);
  });

  test('is told what was left out for one that is named', async () => {
    const warn = warnings();
    const app = { start: (database: { open(): void }, _port: number) => database.open(), stop: () => undefined };
    await expect(start(app)).rejects.toThrow(TypeError);
    expect(warn.mock.calls).toStrictEqual([[expect.stringContaining('start(database, _port)')]]);
  });

  test('is told of them where they cannot be read', async () => {
    const warn = warnings();
    await expect(start({ listen: failing.bind(undefined), close: () => undefined })).rejects.toThrow(TypeError);
    expect(warn.mock.calls).toStrictEqual([[expect.stringMatching(/^listen\(\) of .* as listen\(port, hostname, callback\)/)]]);
  });

  test('is left to an error of another kind', async () => {
    const warn = warnings();
    const app = {
      start: (_options: unknown): void => {
        throw new RangeError('no database');
      },
      stop: () => undefined,
    };
    await expect(start(app)).rejects.toThrow('no database');
    expect(warn).not.toHaveBeenCalled();
  });

  test('is left to its TypeError where each parameter is named for what it is given', async () => {
    const warn = warnings();
    const app = { start: (port: string) => port.trim(), stop: () => undefined };
    await expect(start(app)).rejects.toThrow(TypeError);
    expect(warn).not.toHaveBeenCalled();
  });
});
