/**
 * The limits of one start and of its stop, of a session whose host never answers.
 */
import { expect, jest, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { Session, STOP_GRACE } from '../../src/controller/session/session';
import type { Link } from '../../src/loop/link';
import type { ReadyFacts, StartCommand } from '../../src/protocol/messages';
import { VERY_LATE } from '../../src/time/limit';
import { block } from '../block';

function sessionOn(link: Partial<Link> = {}): Session {
  const nothing = (): undefined => undefined;
  const calls = { hold: nothing, join: nothing, post: nothing, release: nothing, drain: nothing, leave: nothing, announceEnd: nothing };
  const command = { id: 1, target: { form: 'class' }, options: { loadTimeout: 20_000, readyTimeout: 10_000 } };
  return new Session(
    { handle: {}, compileTime: 0, neededBeside: () => false, ...calls, ...link } as unknown as Link,
    command as StartCommand,
    {
      name: 'Echo',
      owner: Symbol('Echo'),
      events: { message: nothing, crashed: nothing },
      output: () => [],
    },
  );
}

test('a limit of start is one for boot and load together, and one for factory and listen', () => {
  const session = sessionOn();
  session.start(() => undefined);
  const deadlines = [session.deadline];
  for (const phase of ['load', 'factory', 'listen'] as const) {
    // What a phase takes is what a limit that began anew would add.
    const since = performance.now();
    while (performance.now() - since < 1);
    session.receive({ type: 'phase', id: 1, phase });
    deadlines.push(session.deadline);
  }
  session.receive({ type: 'started', id: 1, ready: {} as ReadyFacts });
  expect(session.deadline).toBe(Infinity);
  const [boot, load, factory, listen] = deadlines;
  expect([load, listen]).toStrictEqual([boot, factory]);
  expect(load).not.toBe(factory);
});

test('a stop is not forced at once by a thread that stood still, perhaps with the whole machine, but a moment later', () => {
  const terminate = jest.fn();
  const session = sessionOn({ terminate });
  session.stop(0, () => undefined);
  block(STOP_GRACE + VERY_LATE + 50);
  session.tick();
  expect(terminate).not.toHaveBeenCalled();
  expect(session.deadline).toBeLessThan(Infinity);
  // Not twice, however late it is.
  block(STOP_GRACE + VERY_LATE + 50);
  session.tick();
  expect(terminate).toHaveBeenCalledTimes(1);
});
