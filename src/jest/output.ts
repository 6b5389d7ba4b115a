/**
 * Shows the server's output with the tests that fail. Jest's realm.
 */
import { inspect } from 'node:util';
import type { TrackedController } from '../controller/surroundings';
import { isOwnFrame } from '../errors/frames';
import type { Test } from './block-events';

/** What the controllers wrote since `since` (epoch ms), a block each. */
export function outputSince(controllers: readonly TrackedController[], since: number): string[] {
  return controllers.map((controller) => outputOf(controller, since)).filter((block) => block !== '');
}

/** Adds texts to the first error of a test. */
export function addToFailure(test: Test, texts: readonly string[]): void {
  if (texts.length === 0) return;
  const entry: unknown = test.errors[0];
  const [thrown, place] = (Array.isArray(entry) ? entry : [entry, undefined]) as unknown[];
  const text = `\n\n${texts.join('\n\n')}`;
  if (typeof thrown === 'object' && thrown !== null) addToError(thrown, text);
  else {
    const error = errorOf(thrown, place);
    addToError(error, text);
    test.errors[0] = error;
  }
}

function outputOf({ name, logMode, logs }: TrackedController, since: number): string {
  if (logMode !== 'on-failure') return '';
  const lines = logs.filter(({ time, text }) => time >= since && !isOwnFrame(text)).map(({ text }) => `  | ${text}`);
  return lines.length === 0 ? '' : [`Output of ${name} during this test:`, ...lines].join('\n');
}

/** For what has no stack to add to, such as the text of Jest's time limit: an error with Jest's words, at the place of its test. */
function errorOf(thrown: unknown, place: unknown): Error {
  const error = new Error(`thrown: ${typeof thrown === 'string' ? `"${thrown}"` : inspect(thrown)}`);
  const frames = String((place as Partial<Error> | undefined)?.stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
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
