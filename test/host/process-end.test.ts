/**
 * The end of a host that nothing of the server's may prevent.
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import { watchProcess } from '../../src/host/process-end';

const { exit } = process;

afterEach(() => {
  process.exit = exit;
  process.removeAllListeners('uncaughtExceptionMonitor');
});

const nothing = { covers: () => false, coverage: () => undefined, stops: () => [], tellOfServers: () => undefined };

test('an end in order is by the exit of Node, whatever the server has put in its place', () => {
  const own = (process.exit = jest.fn<typeof exit>());
  const end = watchProcess(() => undefined, nothing);
  const replaced = (process.exit = jest.fn<typeof exit>());
  end();
  expect(own.mock.calls).toStrictEqual([[0]]);
  expect(replaced).not.toHaveBeenCalled();
});

test('a handler of errors is there only for the one that nobody else handles', async () => {
  const before = process.listeners('uncaughtException');
  watchProcess(() => undefined, nothing);
  expect(process.listeners('uncaughtException')).toStrictEqual(before);
  jest.spyOn(process, 'listenerCount').mockReturnValueOnce(0);
  (process as NodeJS.EventEmitter).emit('uncaughtExceptionMonitor', new Error('dealt with by a callback of Node 26'));
  expect(process.listeners('uncaughtException')).toHaveLength(before.length + 1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.listeners('uncaughtException')).toStrictEqual(before);
});
