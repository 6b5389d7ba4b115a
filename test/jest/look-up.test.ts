/**
 * How long a failing test waits for a server to say which of the mocked modules it has loaded.
 */
import { expect, jest, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { TrackedController } from '../../src/controller/surroundings';
import { TestMocks } from '../../src/jest/report/test-mocks';
import { temporaryFolder } from '../temporary';

const LIMIT = 50;
const never = new Promise<never>(() => undefined);

/** What a failing test that mocks `./mailer` is told of such a server. */
async function told(answers: Pick<TrackedController, 'inFlight' | 'loaded'>): Promise<readonly string[]> {
  const folder = temporaryFolder();
  const testPath = path.join(folder, 'mocked.test.js');
  writeFileSync(testPath, `jest.mock('./mailer');`);
  const service = {
    codeOf: () => undefined,
    configs: { projectConfig: { roots: [], modulePathIgnorePatterns: [], setupFiles: [], setupFilesAfterEnv: [] } },
    resolveEach: () => [path.join(folder, 'mailer.js')],
  };
  const mocks = new TestMocks(testPath, service as unknown as ConstructorParameters<typeof TestMocks>[1], undefined);
  return mocks.unreached({ name: 'Api', state: 'running', ...answers } as TrackedController, LIMIT);
}

test('it waits for one that responds, though it takes longer to look', async () => {
  const loaded = async (files: readonly string[]): Promise<readonly string[]> => {
    await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT));
    return files;
  };
  expect(await told({ inFlight: () => Promise.resolve([]), loaded })).toEqual([
    expect.stringContaining("Api's server has loaded the real './mailer'"),
  ]);
});

test('it waits no longer than the limit for one that does not respond, and asks it nothing more', async () => {
  const loaded = jest.fn<TrackedController['loaded']>();
  expect(await told({ inFlight: () => never, loaded })).toEqual([]);
  expect(loaded).not.toHaveBeenCalled();
});
