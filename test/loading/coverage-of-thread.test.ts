/**
 * Coverage taken out of threads by Node's inspector, which ends a whole process when it is used at the wrong time.
 */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type * as OfThread from '../../src/jest/coverage/coverage-of-thread';
import type { HostHandle } from '../../src/loop/handle';
import { COVERAGE_HATCH } from '../../src/protocol/coverage-hatch';

const DIST = path.join(__dirname, '..', '..', 'dist');

test('threads that start and end while another is asked do not end the process', async () => {
  const script = path.join(__dirname, '..', 'fixtures', 'processes', 'asking.cjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, DIST]);
  expect(stdout).toBe('40 of 40\n');
});

test('a thread ends though nobody can take its coverage', async () => {
  // The script of the thread that asks is there where it is built.
  const { withLastCoverage } = require(path.join(DIST, 'jest', 'coverage', 'coverage-of-thread.js')) as typeof OfThread;
  const looping = new Worker(
    `globalThis[Symbol.for(${JSON.stringify(COVERAGE_HATCH)})] = () => '{}'; require('node:worker_threads').parentPort.postMessage(0); for (;;);`,
    { eval: true },
  );
  await once(looping, 'message');
  const handle = { number: looping.threadId, terminate: () => looping.terminate() } as unknown as HostHandle;
  const refused = new Error('It cannot be taken.');
  const take = (): void => {
    throw refused;
  };
  const gone = once(looping, 'exit');
  await expect(withLastCoverage(handle, { take, ending: () => undefined }).terminate()).rejects.toBe(refused);
  await gone;
});
