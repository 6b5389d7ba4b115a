/**
 * Says of a crash that nobody would hear of otherwise. Test side.
 */
import { inspect } from 'node:util';
import { nameAndPlace, surroundings, type TrackedController } from './surroundings';

/** On stderr, unless somebody listens for crashes, or an environment fails a test for it. Its clients only see their connections break. */
export function sayUnheard(controller: TrackedController, error: unknown): void {
  if (controller.crashHandled || surroundings()?.failsTests === true) return;
  const who = nameAndPlace(controller);
  process.stderr.write(`jest-controller: ${who} has crashed, and nobody listens to its event \`crashed\`:\n${inspect(error)}\n`);
}
