/**
 * Coverage taken out of threads by Node's inspector, which ends a whole process when it is used at the wrong time.
 */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';

test('threads that start and end while another is asked do not end the process', async () => {
  const script = path.join(__dirname, '..', 'fixtures', 'processes', 'asking.cjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, path.join(__dirname, '..', '..', 'dist')]);
  expect(stdout).toBe('40 of 40\n');
});
