/**
 * Shows the server's output with the tests that fail. Jest's realm.
 */
import { inspect } from 'node:util';
import { addToStack, linesToldBy, outputBlock } from '../controller/last-output';
import type { LogLine } from '../controller/log-book';
import type { TrackedController } from '../controller/surroundings';
import { isFrame } from '../errors/frames';
import { thrownBy, type Test } from './block-events';

/** Lines of a controller that a failing test shows. */
const MOST_LINES = 100;

/** What the controllers wrote since `since` (epoch ms), a block each, but for what the errors of the test show. */
export function outputSince(since: number, controllers: readonly TrackedController[], test: Test): string[] {
  const told = new Set(test.errors.map(thrownBy).flatMap(linesToldBy));
  return controllers.map((controller) => outputOf(controller, since, told)).filter((block) => block !== '');
}

/** Errors that have been added to: that of a beforeAll hook is the error of each of its tests. */
const complete = new WeakSet();

/** Adds texts to the first error of a test. */
export function addToFailure(test: Test, texts: readonly string[]): void {
  if (texts.length === 0) return;
  const entry: unknown = test.errors[0];
  const thrown = thrownBy(entry);
  const text = `\n\n${texts.join('\n\n')}`;
  if (typeof thrown === 'object' && thrown !== null) {
    if (!complete.has(thrown)) addToStack(thrown, text);
    complete.add(thrown);
  } else {
    const error = errorOf(thrown, Array.isArray(entry) ? entry[1] : undefined);
    addToStack(error, text);
    test.errors[0] = error;
  }
}

function outputOf({ name, logMode, logs }: TrackedController, since: number, told: ReadonlySet<LogLine>): string {
  if (logMode !== 'on-failure') return '';
  const lines = logs.filter((line) => line.time >= since && !told.has(line));
  return outputBlock(`Output of ${name} during this test:`, lines, { most: MOST_LINES, rest: 'JEST_CONTROLLER_LOGS=live prints all' });
}

/** For what has no stack to add to, such as the text of Jest's time limit: an error with Jest's words, at the place of its test. */
function errorOf(thrown: unknown, place: unknown): Error {
  const error = new Error(`thrown: ${typeof thrown === 'string' ? `"${thrown}"` : inspect(thrown)}`);
  const frames = String((place as Partial<Error> | undefined)?.stack)
    .split('\n')
    .filter(isFrame);
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}
