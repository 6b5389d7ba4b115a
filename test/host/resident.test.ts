/**
 * A controller beside its server, as it leaves its loop.
 */
import { expect, jest, test } from '@jest/globals';
import { Resident } from '../../src/host/resident';
import type { StartCommand } from '../../src/protocol/messages';

test.each([
  ['ends', false, 1],
  ['lives on', true, 0],
] as const)('waits for native addons, which is to let go of all else, according to whether its loop %s', async (_loop, kept, times) => {
  const untilAddonsAreDone = jest.fn(() => Promise.resolve());
  const host = {
    post: () => undefined,
    loader: {} as never,
    identity: { kind: 'thread', number: 1 } as const,
    hasFakeClock: () => false,
    untilAddonsAreDone,
  };
  const resident = new Resident({ type: 'start', id: 1 } as StartCommand, host);
  await resident.stop({ timeout: 1000, kept, isLast: () => true });
  expect(untilAddonsAreDone).toHaveBeenCalledTimes(times);
});
