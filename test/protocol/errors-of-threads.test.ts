import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { decodeError, encodeError } from '../../src/protocol/errors';

test("an error of Node's own is one, as a thread's `error` event gives it in another realm", async () => {
  const thread = new Worker(`require('node:fs').mkdirSync('')`, { eval: true });
  const [error] = (await once(thread, 'error')) as [unknown];
  const received = decodeError(encodeError(error));
  expect(received).toBeInstanceOf(Error);
  expect(received).toMatchObject({ code: 'ENOENT', syscall: 'mkdir' });
  expect(received.message).toMatch(/^ENOENT: no such file or directory/);
});
