/**
 * What a start that failed says of what no worker thread can do.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { ProcessLoop, ThreadLoop } from 'jest-controller';
import { ChangesFolder, ThrowsWithCode } from '../fixtures/controllers/factories';
import { maker, rejection } from './made';

const make = maker(() => new ThreadLoop());

const REMEDY = 'which cannot do that. Run it in a process of its own, by the option `loop: new ProcessLoop()`.';
const ofAddon = { code: 'ERR_DLOPEN_FAILED', message: "Module did not self-register: '/addon.node'." };

test('a call that threads do not have names the loop that has it, and keeps its message', async () => {
  const error = await rejection(make(ChangesFolder, { data: tmpdir() }).start());
  expect(error.message).toBe('process.chdir() is not supported in workers');
  expect(error.stack).toContain(`workers\n\nChangesFolder runs in a worker thread, ${REMEDY}\n\n`);
});

test('so does an addon that cannot be loaded by a second thread', async () => {
  const error = await rejection(make(ThrowsWithCode, { data: ofAddon }).start());
  expect(error.message).toBe(ofAddon.message);
  expect(error.stack).toContain(REMEDY);
});

test('an addon that nothing can load says nothing of threads', async () => {
  const data = { ...ofAddon, message: '/addon.node: invalid ELF header' };
  expect((await rejection(make(ThrowsWithCode, { data }).start())).stack).not.toContain('worker thread');
});

test('nor does one in a process', async () => {
  const error = await rejection(make(ThrowsWithCode, { data: ofAddon, loop: new ProcessLoop() }).start());
  expect(error.stack).not.toContain('worker thread');
});
