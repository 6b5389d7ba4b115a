import { threadId } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { EchoController } from './echo.controller';
import { sendLine, sendLineSync } from './send-line';

const echo = useController(EchoController);

test('echoes a line', async () => {
  expect(await sendLine(echo.port, 'hello')).toBe('hello');
});

test('serves while the test itself is busy', () => {
  // This thread handles no event until it has the answer: the server has an event loop of its own.
  expect(sendLineSync(echo.port, 'busy')).toBe('busy');
});

test('tells what happened on its side', async () => {
  const before = await echo.remote.countLines();
  await sendLine(echo.port, 'one more');
  expect(await echo.remote.countLines()).toBe(before + 1);
});

describe('without useController', () => {
  test('starts and stops where the test says', async () => {
    const own = new EchoController();
    expect(own.state).toBe('idle');
    await own.start();
    expect(await sendLine(own.port, 'mine')).toBe('mine');
    const report = await own.stop();
    expect(report.forced).toBe(false);
    expect(own.state).toBe('stopped');
  });

  test('runs on another thread', async () => {
    const own = await new EchoController().start();
    expect(own.loop.number).not.toBe(threadId);
    await own.stop();
  });
});
