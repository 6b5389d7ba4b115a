/**
 * Starts that never settle, and what is known of why.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { ThreadLoop } from 'jest-controller';
import { maker } from '../controller/made';
import { StartsInVain, StartsTwice } from '../fixtures/controllers/listens-late';

const make = maker(() => new ThreadLoop());

test('a second start that never settles is told of, with what the first has begun', async () => {
  await expect(make(StartsTwice, { readyTimeout: 5000 }).start()).rejects.toMatchObject({
    code: 'ERR_READY_TIMEOUT',
    message: expect.stringMatching(
      /start\(\) of what factory\(\) returned has not settled, and factory\(\) itself has bound a datagram socket on port \d+ before it was called: if that was a first start\(\), the second may never settle\./,
    ),
  });
});

test('nothing is told of an only one', async () => {
  await expect(make(StartsInVain, { readyTimeout: 1000 }).start()).rejects.toMatchObject({
    code: 'ERR_READY_TIMEOUT',
    message: expect.not.stringContaining('has not settled'),
  });
});
