/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import * as path from 'node:path';
import { maker } from '../controller/made';
import { ForkingController } from '../fixtures/processes/forking';
import { describeEveryLoopAlways } from './loops';

describeEveryLoopAlways('a server that forks', (kind) => {
  const make = maker(() => kind.make());

  test('is told to name the file, where the copy would be one of this package', async () => {
    const forking = await make(ForkingController).start();
    expect(await forking.remote.fork()).toStrictEqual({
      code: 1,
      said: expect.stringMatching(/^jest-controller: Expected a fork to name the file .*setupPrimary\(\{ exec: __filename \}\)/) as unknown,
    });
  });

  test('runs the file that it names', async () => {
    const forking = await make(ForkingController).start();
    const exec = path.join(__dirname, '..', 'fixtures', 'processes', 'forked.cjs');
    expect(await forking.remote.fork(exec)).toStrictEqual({ code: 3, said: 'at work' });
  });
});
