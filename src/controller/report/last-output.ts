/**
 * The server's output as a part of an error: below its message, above its frames. Test side, and Jest's realm; pure.
 */
import { stripVTControlCharacters } from 'node:util';
import { ControllerError } from '../../errors/errors';
import { isFrame, isOwnFrame, splitStack, withoutOwnFrames } from '../../errors/frames';
import type { LogLine } from './log-book';

/** Lines that the error of a start shows. */
const MOST_LINES = 30;

/** On an error: the lines that it shows. Registered, for the test and its environment have a copy of this file each. */
const TOLD = Symbol.for('jest-controller.told');

/** Frames of a stack that are shown where not all lines can be: what it is about stands above them. */
const MOST_FRAMES = 3;

/** A line as it is shown, and how many it stands for. */
interface Shown {
  readonly text: string;
  readonly count: number;
}

/**
 * The last `most` of `lines` below a title, without this package's frames; empty where there are none. Long stacks are shortened before
 * other lines are left out. `rest` says where those are.
 */
export function outputBlock(title: string, lines: readonly LogLine[], { most, rest }: { most: number; rest: string }): string {
  const texts = lines.map(({ text }) => withoutOwnFrames(text)).filter((text) => !isOwnFrame(stripVTControlCharacters(text)));
  if (texts.length === 0) return '';
  const all = texts.length > most ? shortened(texts) : texts.map((text) => ({ text, count: 1 }));
  const left = all.slice(0, -most).reduce((sum, { count }) => sum + count, 0);
  const before = left > 0 ? [`  … ${left.toLocaleString('en-US')} earlier line${left === 1 ? '' : 's'}: ${rest}`] : [];
  return [title, ...before, ...all.slice(-most).map(({ text }) => `  | ${text}`)].join('\n');
}

/** The lines with only the first frames of each stack. */
function shortened(texts: readonly string[]): Shown[] {
  const shown: Shown[] = [];
  let frames: string[] = [];
  const endStack = (): void => {
    // A line that says of one that it is left out saves nothing.
    const kept = frames.length > MOST_FRAMES + 1 ? MOST_FRAMES : frames.length;
    const more = frames.length - kept;
    shown.push(...frames.slice(0, kept).map((text) => ({ text, count: 1 })));
    if (more > 0) shown.push({ text: `    … ${more.toLocaleString('en-US')} more frames`, count: more });
    frames = [];
  };
  for (const text of texts) {
    if (isFrame(stripVTControlCharacters(text))) frames.push(text);
    else {
      if (frames.length > 0) endStack();
      shown.push({ text, count: 1 });
    }
  }
  endStack();
  return shown;
}

/** The last lines of a server's start; empty where there are none. */
export function lastOutput(name: string, lines: readonly LogLine[]): string {
  return outputBlock(`Last output of ${name}:`, lines, { most: MOST_LINES, rest: '`logs` of the controller has them' });
}

/**
 * Adds the last lines of a server to the error of its start, once. The message of this package's own errors has them, too; the server's
 * errors keep theirs.
 */
export function tellOutput(error: unknown, name: string, lines: readonly LogLine[]): void {
  if (typeof error !== 'object' || error === null || lines.length === 0 || linesToldBy(error).length > 0) return;
  const block = lastOutput(name, lines);
  Reflect.defineProperty(error, TOLD, { value: [...lines], configurable: true });
  addToStack(error, `\n\n${block}`);
  if (error instanceof ControllerError) error.message += `\n\n${block}`;
}

/** The lines that an error shows, or says that it leaves out. */
export function linesToldBy(error: unknown): readonly LogLine[] {
  return (error as { [TOLD]?: readonly LogLine[] } | null | undefined)?.[TOLD] ?? [];
}

/** Runners print the stack, whose head is the message; the frames must stay at its end. */
export function addToStack(error: object, text: string): void {
  const { stack } = error as { stack?: unknown };
  if (typeof stack === 'string') {
    const [head, frames] = splitStack(stack);
    set(error, 'stack', `${head}${text}\n${frames}`);
  } else {
    set(error, 'message', `${String((error as { message?: unknown }).message)}${text}`);
  }
}

/** A frozen error of the user's stays as it is. */
function set(error: object, key: string, value: string): void {
  Reflect.set(error, key, value);
}
