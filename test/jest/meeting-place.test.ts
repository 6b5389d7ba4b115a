/**
 * The folders in which the servers of a run can be reached.
 */
import { expect, test } from '@jest/globals';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { sweepFolders } from '../../src/jest/run-scope/meeting-place';
import { temporaryFolder } from '../temporary';

test('what killed processes have left is swept away, and nothing else', () => {
  const base = temporaryFolder();
  // No process of this number has begun then.
  const left = path.join(base, `jest-controller-run-${process.pid.toString()}-1`);
  mkdirSync(left);
  writeFileSync(path.join(left, 'socket'), '');
  mkdirSync(path.join(base, 'jest-controller-run-of-somebody'));
  sweepFolders(base);
  expect(readdirSync(base)).toStrictEqual(['jest-controller-run-of-somebody']);
});

test('a folder that cannot be listed is left as it is', () => {
  expect(() => {
    sweepFolders(path.join(temporaryFolder(), 'not-there'));
  }).not.toThrow();
});
