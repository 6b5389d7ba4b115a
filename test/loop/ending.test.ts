/**
 * The grace in which a host ends in order, of one that never does.
 */
import { expect, jest, test } from '@jest/globals';
import { Ending } from '../../src/loop/ending';
import type { HostHandle } from '../../src/loop/handle';
import { VERY_LATE } from '../../src/time/limit';
import { block } from '../block';

const GRACE = 10;

function ending(): { readonly ending: Ending; readonly terminate: jest.Mock } {
  const terminate = jest.fn();
  const handle = { endGrace: GRACE, terminate } as unknown as HostHandle;
  return { ending: new Ending(handle, { tell: () => undefined, drain: () => undefined }), terminate };
}

test('is given again, once, where this thread stood still until long after it', () => {
  const { ending: late } = ending();
  late.inOrder(() => undefined);
  const { deadline } = late;
  block(GRACE + VERY_LATE + 50);
  expect(late.forgive()).toBe(true);
  expect(late.deadline).toBeGreaterThan(deadline);
  block(GRACE + VERY_LATE + 50);
  expect(late.forgive()).toBe(false);
  late.cut();
  expect(late.cutShort).toBe(true);
});

test('ends by force', async () => {
  const { ending: hanging, terminate } = ending();
  await new Promise<void>((resolve) => {
    terminate.mockImplementation(() => {
      resolve();
    });
    hanging.inOrder(() => undefined);
  });
  expect(hanging.cutShort).toBe(true);
});

test('is not given to one that is ended by force', () => {
  const { ending: forced, terminate } = ending();
  forced.byForce(() => undefined);
  expect(forced.deadline).toBe(0);
  expect(forced.forgive()).toBe(false);
  expect(terminate).toHaveBeenCalledTimes(1);
});

test('is over when it has said its last', () => {
  const { ending: over } = ending();
  over.inOrder(() => undefined);
  expect(over.conclude()).toBe(true);
  block(GRACE + VERY_LATE + 50);
  expect([over.deadline, over.forgive()]).toStrictEqual([0, false]);
  over.cut();
  expect(over.cutShort).toBe(false);
});
