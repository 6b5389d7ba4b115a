/**
 * Shows the server's output with the tests that fail. Jest's realm.
 */
import type { TrackedController } from '../controller/surroundings';
import { isOwnFrame } from '../errors/frames';
import type { Test } from './block-events';

/** Adds the lines that the controllers wrote since `since` (epoch ms) to the first error of a test. */
export function showOutput(test: Test, controllers: readonly TrackedController[], since: number): void {
  const blocks = controllers.map((controller) => outputOf(controller, since)).filter((block) => block !== '');
  if (blocks.length === 0) return;
  const first: unknown = test.errors[0];
  const error: unknown = Array.isArray(first) ? ((first[0] as unknown) ?? first[1]) : first;
  if (typeof error === 'object' && error !== null) addToError(error, `\n\n${blocks.join('\n\n')}`);
}

function outputOf({ name, logMode, logs }: TrackedController, since: number): string {
  if (logMode !== 'on-failure') return '';
  const lines = logs.filter(({ time, text }) => time >= since && !isOwnFrame(text)).map(({ text }) => `  | ${text}`);
  return lines.length === 0 ? '' : [`Output of ${name} during this test:`, ...lines].join('\n');
}

/** Jest prints the stack, whose head is the message; the frames must stay at its end. */
function addToError(error: object, text: string): void {
  const { stack } = error as { stack?: unknown };
  if (typeof stack === 'string') {
    const frames = stack.search(/\n\s+at /);
    const head = frames < 0 ? stack : stack.slice(0, frames);
    const rest = frames < 0 ? '' : stack.slice(frames);
    set(error, 'stack', `${head}${text}\n${rest}`);
  } else {
    set(error, 'message', `${String((error as { message?: unknown }).message)}${text}`);
  }
}

/** A frozen error of the user's stays as it is. */
function set(error: object, key: string, value: string): void {
  Reflect.set(error, key, value);
}
