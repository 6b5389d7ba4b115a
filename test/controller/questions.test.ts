/**
 * Questions to a host that does not answer.
 */
import { expect, test } from '@jest/globals';
import { Questions } from '../../src/controller/conversation/questions';
import type { Session } from '../../src/controller/session/session';

test('a blocked server is not waited for beyond the limit and its grace, and holds the process no longer', async () => {
  let holds = 0;
  const link = { hold: () => ++holds, release: () => --holds, post: () => undefined };
  const questions = new Questions();
  questions.open({ id: 1, link } as unknown as Session);
  const asked = questions.inFlight(5, 5);
  expect(holds).toBe(1);
  await expect(asked).resolves.toBeUndefined();
  expect(holds).toBe(0);
});

test('a server that is over has nothing in flight', async () => {
  const questions = new Questions();
  questions.open({ id: 1, link: { hold: () => undefined, release: () => undefined, post: () => undefined } } as unknown as Session);
  const asked = questions.inFlight(5000);
  questions.close();
  await expect(asked).resolves.toEqual([]);
});
