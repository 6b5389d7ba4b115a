/**
 * Shows the server's output with the tests that fail. Jest's realm.
 */
import { addToStack, linesToldBy, outputBlock } from '../controller/last-output';
import type { LogLine } from '../controller/log-book';
import type { TrackedController } from '../controller/surroundings';
import type { Test } from './block-events';

/** Lines of a controller that a failing test shows. */
const MOST_LINES = 100;

/** Adds the lines that the controllers wrote since `since` (epoch ms) to the first error of a test, but for those that its errors show. */
export function showOutput(test: Test, controllers: readonly TrackedController[], since: number): void {
  const errors = (test.errors as readonly unknown[]).map(thrownBy);
  const told = new Set(errors.flatMap(linesToldBy));
  const blocks = controllers.map((controller) => outputOf(controller, since, told)).filter((block) => block !== '');
  const [error] = errors;
  if (blocks.length > 0 && typeof error === 'object' && error !== null) addToStack(error, `\n\n${blocks.join('\n\n')}`);
}

/** Jest keeps some errors with a stand-in for those that are none. */
function thrownBy(entry: unknown): unknown {
  return Array.isArray(entry) ? ((entry[0] as unknown) ?? entry[1]) : entry;
}

function outputOf({ name, logMode, logs }: TrackedController, since: number, told: ReadonlySet<LogLine>): string {
  if (logMode !== 'on-failure') return '';
  const lines = logs.filter((line) => line.time >= since && !told.has(line));
  return outputBlock(`Output of ${name} during this test:`, lines, { most: MOST_LINES, rest: 'JEST_CONTROLLER_LOGS=live prints all' });
}
