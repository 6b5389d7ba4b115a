/**
 * Says of a crash that nobody would hear of otherwise. Test side.
 */
import { inspect } from 'node:util';
import { nameAndPlace, surroundings, type TrackedController } from './surroundings';

/** On stderr, unless somebody listens for crashes, or fails a test for it. Its clients only see their connections break. */
export function sayUnheard(controller: TrackedController, error: unknown): void {
  if (controller.crashHandled || surroundings()?.failsTests === true) return;
  if (controller.onUnheardCrash === undefined) printCrash(controller, error);
  else controller.onUnheardCrash(error);
}

export function printCrash(controller: TrackedController, error: unknown): void {
  const who = nameAndPlace(controller);
  process.stderr.write(`jest-controller: ${who} has crashed, and nobody listens to its event \`crashed\`:\n${inspect(error)}\n`);
}
