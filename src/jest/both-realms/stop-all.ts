/**
 * Stops several controllers side by side. Test side, in a Jest test, and Jest's realm.
 */

import { withMaker } from '../../controller/source/place';
import { untilHeard } from './until-heard';

export interface Stoppable {
  stop(): Promise<unknown>;
  /** `file:line:column`, where that is known: what an error of the stop is shown with. */
  readonly madeAt?: string | null;
}

/** Stops all of them, whatever becomes of each; gives what the stops threw: under `leaks: 'fail'`, that something was left behind. */
export async function stopEach(controllers: readonly Stoppable[]): Promise<Error[]> {
  if (controllers.length === 0) return [];
  const outcomes = await Promise.allSettled(controllers.map((controller) => controller.stop()));
  await untilHeard();
  return outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [withMaker(outcome.reason as Error, controllers[index] ?? {})] : [],
  );
}

/** Stops all of them. @throws the first error of a stop, once all have ended */
export async function stopAll(controllers: readonly Stoppable[]): Promise<void> {
  const [first] = await stopEach(controllers);
  if (first !== undefined) throw first;
}
