/**
 * What a failing test is told of servers that have not done well: one that its error has ended, that has closed by itself, or that has answered
 * with errors. Jest's realm.
 */
import type { ServerReview, TrackedController } from '../controller/surroundings';
import { ServerCrashedError } from '../errors/errors';
import { thrownBy, type Test } from './block-events';
import { within } from './within';

/** A line for each server that died of an error of this test, which does not say so itself: it comes as it was thrown. */
export function whoDied(controllers: readonly TrackedController[], test: Test): string[] {
  const thrown = new Set(test.errors.map(thrownBy));
  return controllers
    .filter(({ state, error }) => state === 'crashed' && thrown.has(error) && !(error instanceof ServerCrashedError))
    .map(({ name }) => `${name} is down: nothing on its side caught this error.`);
}

/** A line for each server that there is something to say of since `since` (epoch ms); none for one that does not answer within `limit` ms. */
export async function howTheyFared(controllers: readonly TrackedController[], since: number, limit: number): Promise<string[]> {
  const running = controllers.filter(({ state }) => state === 'running');
  const lines = await Promise.all(
    running.map(async (controller) => {
      const review = await within(limit, controller.review(since));
      return review === undefined ? [] : linesOf(controller, review);
    }),
  );
  return lines.flat();
}

function linesOf({ name, onServerError }: TrackedController, { closed, failed }: ServerReview): string[] {
  const lines = [];
  if (closed) lines.push(`${name} does not listen any more, and nothing in the test has stopped it: look for what closes the server.`);
  // The other choice has failed the test with the error itself.
  if (failed.length > 0 && onServerError === 'ignore') {
    lines.push(`${name} answered ${failed.join(', ')}. An error behind that is shown by the option \`onServerError: 'fail-test'\`.`);
  }
  return lines;
}
