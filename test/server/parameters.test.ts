/**
 * What the `listen` or `start` of an object known by its verbs is given, which the names of its parameters may say.
 */
import { createServer, type Server } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { start } from './adapted';

type Callback = () => void;
type Given = (...given: unknown[]) => unknown;

/** What the method was given; functions are "called back", which they are. */
async function givenTo(verb: 'listen' | 'start', make: (took: Given) => unknown, path?: string): Promise<unknown[]> {
  let seen: unknown[] = [];
  const took: Given = (...given) => {
    seen = given.map((value) => (typeof value === 'function' ? 'callback' : value));
    for (const value of given) if (typeof value === 'function') (value as Callback)();
  };
  const close = verb === 'listen' ? 'close' : 'stop';
  await start(
    { [verb]: make(took), [close]: () => undefined },
    { hostname: 'example.test', port: 4242, ...(path === undefined ? {} : { path }) },
  );
  return seen;
}

describe.each(['listen', 'start'] as const)('%s of an object', (verb) => {
  test.each<[string, (took: Given) => unknown, unknown[]]>([
    ['a port', (took) => (port: number) => took(port), [4242]],
    [
      'a port with a default',
      (took) =>
        (port = 3000) =>
          took(port),
      [4242],
    ],
    ['a hostname after it', (took) => (port: number, host: string) => took(port, host), [4242, 'example.test']],
    ['a hostname before it', (took) => (host: string, port: number) => took(host, port), ['example.test', 4242]],
    [
      'defaults of some size',
      (took) =>
        (port = Number('1,2)'.length), host = ['::', '('].join()) =>
          took(port, host),
      [4242, 'example.test'],
    ],
    ['a callback after the port', (took) => (port: number, callback: Callback) => took(port, callback), [4242, 'callback']],
    ['a callback alone', (took) => (done: Callback) => took(done), ['callback']],
    [
      'something else',
      (took) =>
        (port: number, encoding?: string, mode = 'plain') =>
          took(port, encoding, mode),
      [4242, undefined, 'plain'],
    ],
    ['a second port', (took) => (port: number, debugPort?: number) => took(port, debugPort), [4242, undefined]],
    ['a transport', (took) => (port: number, transport?: string) => took(port, transport), [4242, undefined]],
    ['names that say nothing', (took) => (a: unknown, b: unknown, c: unknown) => took(a, b, c), [4242, 'example.test', 'callback']],
    [
      'one name for two things',
      (took) => (portOrPath: unknown, addressOrCallback: unknown, done: Callback) => took(portOrPath, addressOrCallback, done),
      [4242, 'example.test', 'callback'],
    ],
    [
      'options, and a callback',
      (took) => (options: object, callback: Callback) => took(options, callback),
      [{ port: 4242, host: 'example.test', hostname: 'example.test' }, 'callback'],
    ],
    ['options behind a port', (took) => (port: number, options?: object) => took(port, options), [4242, undefined]],
    [
      'options alone',
      (took) => (listenOptions: object) => took(listenOptions),
      [{ port: 4242, host: 'example.test', hostname: 'example.test' }],
    ],
    [
      'options that are taken apart',
      (took) =>
        ({ host = '::', port = 3000 }: { host?: string; port?: number } = {}, callback?: Callback) =>
          took(port, host, callback),
      [4242, 'example.test', 'callback'],
    ],
    [
      'options of which a part behind the port is taken apart further',
      (took) =>
        ({ port, tls: { key } = { key: 'none' } }: { port?: number; tls?: { key?: string } }) =>
          took(port, key),
      [4242, 'none'],
    ],
    [
      'something that is taken apart and has no port',
      (took) =>
        ({ length }: string) =>
          took(length),
      [undefined],
    ],
    ['a callback behind such a one', (took) => (a: unknown, cb: Callback) => took(a, cb), [4242, 'callback']],
  ])('with %s gets what its parameters are named for', async (_what, make, expected) => {
    expect(await givenTo(verb, make)).toStrictEqual(expected);
  });
});

test('start() of an object whose only parameter has another default is left to that', async () => {
  expect(
    await givenTo(
      'start',
      (took) =>
        (settings = 'its own') =>
          took(settings),
    ),
  ).toStrictEqual(['its own']);
});

test('a path takes the place of the port', async () => {
  const path = '/tmp/not-bound.sock';
  expect(await givenTo('start', (took) => (port: string, encoding?: string) => took(port, encoding), path)).toStrictEqual([
    path,
    undefined,
  ]);
});

test('a path is the path of options', async () => {
  const path = '/tmp/not-bound.sock';
  expect(await givenTo('listen', (took) => (options: object) => took(options), path)).toStrictEqual([{ path }]);
});

test('a callback is waited for, though nothing else of the call says when it is done', async () => {
  const server = createServer();
  const app = {
    start(callback: (error?: Error) => void): void {
      setImmediate(() => server.listen(0, '127.0.0.1', callback));
    },
    stop: (): Server => server.close(),
  };
  expect((await start(app)).address).toEqual(server.address());
});
