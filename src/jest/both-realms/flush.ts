/**
 * Hears what servers have said until now. Test side, in a Jest test, and Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { answeredWithin } from '../../time/answered';
import { ANSWER_LIMIT } from './answer-limit';

/** Resolves when all that the running ones have said is here. One in an endless loop never answers; its stop has a limit of its own. */
export async function flushAll(controllers: readonly TrackedController[]): Promise<void> {
  const running = controllers.filter(({ state }) => state === 'running');
  await answeredWithin(ANSWER_LIMIT, Promise.allSettled(running.map((controller) => controller.flush())));
}
