import { expect, test } from '@jest/globals';
import { ProcessLoop, useController } from 'jest-controller';
import { EchoController } from './echo.controller.js';

const thread = useController(EchoController);
const child = useController(EchoController, { loop: new ProcessLoop() });

test('ES modules load on both kinds of loop', async () => {
  expect(await thread.remote.add(1, 2)).toBe(3);
  expect(await child.remote.add(1, 2)).toBe(3);
  expect(child.port).not.toBe(thread.port);
});
