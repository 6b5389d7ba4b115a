/**
 * The end of a host that nothing of the server's may prevent.
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import { watchProcess } from '../../src/host/process-end';

const { exit } = process;

afterEach(() => {
  process.exit = exit;
});

test('an end in order is by the exit of Node, whatever the server has put in its place', () => {
  const own = (process.exit = jest.fn<typeof exit>());
  const end = watchProcess(() => undefined, { coverage: () => undefined, stops: () => [], tellOfServers: () => undefined });
  const replaced = (process.exit = jest.fn<typeof exit>());
  end();
  expect(own.mock.calls).toStrictEqual([[0]]);
  expect(replaced).not.toHaveBeenCalled();
});
