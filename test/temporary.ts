/**
 * Folders of a test file, outside the repository; removed after its last test.
 */
import { afterAll } from '@jest/globals';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { TEMPORARY } from './temporary-base';

const folders: string[] = [];

/** Makes one. Its name is short, that the path of a socket in it is not too long. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(TEMPORARY, 'jc-')));
  folders.push(folder);
  return folder;
}

// Here, since a test may not add hooks.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
