/**
 * Shows the server's output with the tests that fail. Jest's realm.
 */
import { inspect } from 'node:util';
import { addToStack, linesToldBy, outputBlock } from '../../controller/report/last-output';
import type { LogLine } from '../../controller/report/log-book';
import { nameAndPlace, type TrackedController } from '../../controller/surroundings';
import { isFrame } from '../../errors/frames';
import { thrownBy, type Test } from '../block-events';
import type { OutsideTests } from './outside-tests';

/** Lines of a controller that a failing test shows. */
const MOST_LINES = 100;

/** The same, of those that were not written during it. */
const MOST_OUTSIDE = 30;

/** Where those are that are left out. */
const REST = 'JEST_CONTROLLER_LOGS=live prints all';

/** What a failing test shows. */
interface Shown {
  readonly test: Test;
  /** Its beginning, in epoch milliseconds. */
  readonly since: number;
  readonly outside: OutsideTests;
}

/** What the controllers wrote during a test, and outside any, a block each, but for what the errors of the test show. */
export function outputOf(controllers: readonly TrackedController[], { test, since, outside }: Shown): string[] {
  const told = new Set(test.errors.map(thrownBy).flatMap(linesToldBy));
  outside.shown(told);
  const shown = controllers.filter(({ logMode }) => logMode === 'on-failure');
  const printed = shown.map((controller) => {
    const untold = controller.logs.filter((line) => !told.has(line));
    const during = untold.filter(({ time }) => time >= since);
    const before = outside.take(untold, { test, before: since });
    outside.shown(during);
    return { controller, before: unlessBlank(before), during: unlessBlank(during) };
  });
  const telling = printed.filter(({ before, during }) => before.length + during.length > 0);
  const blocks = telling.flatMap(({ controller, before, during }) => {
    // Of one class there may be several.
    const isAlone = !telling.some((other) => other.controller !== controller && other.controller.name === controller.name);
    const name = isAlone ? controller.name : nameAndPlace(controller);
    return [
      outputBlock(`Output of ${name} to stderr outside any test:`, before, { most: MOST_OUTSIDE, rest: REST }),
      outputBlock(`Output of ${name} during this test:`, during, { most: MOST_LINES, rest: REST }),
    ];
  });
  return blocks.filter((block) => block !== '');
}

/** Empty lines alone, by which a program sets off what it prints elsewhere, tell nothing. */
function unlessBlank(lines: readonly LogLine[]): readonly LogLine[] {
  return lines.some(({ text }) => text.trim() !== '') ? lines : [];
}

/** Errors that have been added to: that of a beforeAll hook is the error of each of its tests. */
const complete = new WeakSet();

/** Adds texts to the first error of a test. */
export function addToFailure(test: Test, texts: readonly string[]): void {
  if (texts.length === 0) return;
  const entry: unknown = test.errors[0];
  const [thrown, place] = Array.isArray(entry) ? (entry as unknown[]) : [entry];
  const text = `\n\n${texts.join('\n\n')}`;
  if (hasStack(thrown)) {
    if (!complete.has(thrown)) addToStack(thrown, text);
    complete.add(thrown);
  } else {
    const error = errorOf(thrown, place ?? test.asyncError);
    addToStack(error, text);
    test.errors[0] = error;
  }
}

/** Adds to an error what it does not say yet: of one class on one loop, each controller has the same to say. */
export function addOnce(error: Error, lines: readonly string[]): void {
  for (const line of lines) if (error.stack?.includes(line) !== true) addToStack(error, `\n\n${line}`);
}

function hasStack(thrown: unknown): thrown is { readonly stack: string } {
  return typeof (thrown as { stack?: unknown } | null | undefined)?.stack === 'string';
}

/**
 * For what has no stack to add to, such as the text of Jest's time limit, or an object that a test threw: an error with Jest's words, at
 * the place of its test.
 */
function errorOf(thrown: unknown, place: unknown): Error {
  const error = new Error(wordsFor(thrown));
  error.stack = `${error.name}: ${error.message}`;
  return raisedAt(place, error);
}

/** The error, which has no frames, with those of `place`, an error that Jest has made where a test is written. */
export function raisedAt<Raised extends Error>(place: unknown, error: Raised): Raised {
  const frames = String((place as Partial<Error> | undefined)?.stack)
    .split('\n')
    .filter(isFrame);
  error.stack = [error.stack, ...frames].join('\n');
  return error;
}

/** What Jest says of it: the message if it has one, a description otherwise. */
function wordsFor(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { message?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  return `thrown: ${typeof thrown === 'string' ? `"${thrown}"` : inspect(thrown)}`;
}
