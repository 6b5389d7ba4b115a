/**
 * What is said of a function that was taken for a request listener, and fails.
 */
import { EventEmitter } from 'node:events';
import type { RequestListener } from 'node:http';
import { expect, jest, test } from '@jest/globals';
import { cleanUps, start, warnings } from './adapted';

/** Takes what is printed instead of printing it. */
function printed(): jest.Spied<typeof process.stderr.write> {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  cleanUps.push(() => {
    write.mockRestore();
  });
  return write;
}

/** Answers one request after another, and gives what each call threw. */
async function failuresOf(listener: (...given: never[]) => unknown, requests: number): Promise<unknown[]> {
  const { server } = await start(listener as unknown as RequestListener);
  return Array.from({ length: requests }, () => {
    try {
      return (server as EventEmitter).emit('request', {}, { writeHead: () => undefined });
    } catch (error) {
      return error;
    }
  });
}

test('one that fails at its first request, by parameters with other names, is named with them', async () => {
  const write = printed();
  const createApp = ({ users }: { users: string[] }, _options: unknown): number => users.length;
  expect(await failuresOf(createApp, 2)).toStrictEqual([expect.any(TypeError), expect.any(TypeError)]);
  expect(write.mock.calls).toStrictEqual([
    [expect.stringMatching(/^createApp\(\) was taken .* `\{ users \}` and `_options` were the request/)],
  ]);
});

test('one whose first parameter is a port is named as soon as it is taken: of what it makes, no request may ever come', async () => {
  const warn = warnings();
  const makeServer = (_port: number, _encoding: string): void => undefined;
  await start(makeServer as unknown as RequestListener);
  expect(warn.mock.calls).toStrictEqual([
    [
      expect.stringMatching(
        /^makeServer\(\) was taken for a request listener, whose `_port` is the request\. If it makes the server, call it/,
      ),
    ],
  ]);
});

test('one whose first parameter is a request, by whatever name, is not', async () => {
  const warn = warnings();
  await start((_incoming: unknown, _out: unknown) => undefined);
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ['by an error of another kind', (_database: unknown, _options: unknown) => JSON.parse('{')],
  ['as a request listener, to judge by its names', (request: { users: string[] }, _response: unknown) => request.users.length],
  ['so does one whose second parameter alone tells', (_: unknown, res: { send(): void }) => res.send()],
])('one that fails %s is not', async (_how, listener) => {
  const write = printed();
  expect(await failuresOf(listener as never, 1)).toStrictEqual([expect.any(Error)]);
  expect(write).not.toHaveBeenCalled();
});

test('one that has answered before is not', async () => {
  const write = printed();
  let answered = 0;
  const handle = (_incoming: unknown, out: { writeHead(): void; missing(): void }): void => {
    if ((answered += 1) > 1) out.missing();
  };
  expect(await failuresOf(handle, 2)).toStrictEqual([true, expect.any(TypeError)]);
  expect(write).not.toHaveBeenCalled();
});
