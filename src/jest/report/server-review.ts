/**
 * What a failing test is told of servers that have not done well: one that its error has ended, that has closed by itself, that has answered
 * with errors, has kept to itself what it might have died of, or has asked others whom the test believed replaced. Jest's realm.
 */
import type { ServerReview, TrackedController } from '../../controller/surroundings';
import { thrownBy, type Test } from '../block-events';
import { DOWN_UNTIL_RESTARTED, downBefore, hasDied, whoseError } from '../both-realms/later-error';
import type { ReplacedRequests } from './replaced-requests';
import { answeredWithin } from '../../time/answered';

/** Those that died of an error of this test. */
export function diedOfIts(test: Test, controllers: readonly TrackedController[]): readonly TrackedController[] {
  const thrown = new Set(test.errors.map(thrownBy));
  return controllers.filter((each) => hasDied(each) && thrown.has(each.error));
}

/** Those whose starts failed with an error of this test. */
export function unstartedIn(test: Test, controllers: readonly TrackedController[]): readonly TrackedController[] {
  const thrown = new Set(test.errors.map(thrownBy));
  return controllers.filter(({ startError }) => startError !== undefined && thrown.has(startError));
}

/** What a server died of that was started again before its test was told. */
export type Death = Pick<TrackedController, 'name' | 'error'>;

/**
 * A line for each that `died` of an error of a test, which does not say so itself: it comes as it was thrown. Those of `before` had
 * died when the test began; those that have `returned` run again.
 */
export function whoDied(
  died: readonly TrackedController[],
  { before, returned }: { before: ReadonlySet<TrackedController>; returned: readonly Death[] },
): string[] {
  const lines = [
    ...died.flatMap((each) => [...whoseError(each), ...(before.has(each) ? [downBefore(each)] : [])]),
    ...returned.flatMap((each) => whoseError(each, DOWN_UNTIL_RESTARTED)),
  ];
  // Of one class on one loop, each has the same to say.
  return [...new Set(lines)];
}

/** What a server has told of itself. */
export interface Fared {
  readonly lines: readonly string[];
  /** Where it asked others whom the test believed replaced: a line. */
  readonly pastDoubles: readonly string[];
  /** Whether it goes by a fake clock; also false of one that does not answer. */
  readonly fakeClock: boolean;
}

const NOTHING_TOLD: Fared = { lines: [], pastDoubles: [], fakeClock: false };

/** What there is to say of a server since `since` (epoch ms); nothing of one that does not answer within `limit` ms. */
export async function howItFared(
  controller: TrackedController,
  { since, limit, replaced }: { since: number; limit: number; replaced: Pick<ReplacedRequests, 'find'> | undefined },
): Promise<Fared> {
  if (!['running', 'stopped', 'crashed'].includes(controller.state)) return NOTHING_TOLD;
  const review = await answeredWithin(limit, controller.review(since));
  if (review === undefined) return NOTHING_TOLD;
  const name = review.sent.length === 0 ? undefined : await replaced?.find();
  const pastDoubles = name === undefined ? [] : [wentPast(controller, review, name)];
  return { lines: linesOf(controller, review), pastDoubles, fakeClock: review.fakeClock };
}

function wentPast({ name }: TrackedController, { sent }: ServerReview, replaced: string): string {
  return (
    `${name}'s server has really sent ${sent.join(', ')}: what the test puts in the place of \`${replaced}\` acts on this side only. ` +
    'Do so beside the server, in its module or by a method of its class.'
  );
}

function linesOf({ name, onServerError }: TrackedController, { closed, failed, handled }: ServerReview): string[] {
  const lines = [];
  if (handled.length > 0) {
    lines.push(`${name} goes on after what nothing on its side caught, since a handler of its own was given it: ${handled.join(', ')}.`);
  }
  if (closed) lines.push(`${name} does not listen any more, and nothing in the test has stopped it: look for what closes the server.`);
  // The other choice has failed the test with the error itself.
  if (failed.length > 0 && onServerError === 'ignore') {
    lines.push(`${name} answered ${failed.join(', ')}. If an error is behind that, the option \`onServerError: 'fail-test'\` shows it.`);
  }
  return lines;
}
