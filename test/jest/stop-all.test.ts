/**
 * Controllers that stop together: one that leaves something behind cuts nobody's stop short.
 */
import { expect, test } from '@jest/globals';
import { LeakError } from 'jest-controller';
import { stopAll } from '../../src/jest/both-realms/stop-all';

test('a stop that fails is told when all others have ended', async () => {
  const ended: string[] = [];
  const leaky = { stop: () => Promise.reject(new LeakError('a timer')) };
  const slow = {
    stop: async () => {
      await new Promise(setImmediate);
      ended.push('slow');
    },
  };
  await expect(stopAll([leaky, slow])).rejects.toThrow('a timer');
  expect(ended).toEqual(['slow']);
});
