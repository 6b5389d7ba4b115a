/**
 * Judges by the option `leaks` what a stopped server left alive, and that it did not close in order. Test side.
 */
import { inspect } from 'node:util';
import { LeakError } from '../errors/errors';
import type { LoopBehind, StopReport } from './report/stop-report';
import { nameAndPlace, surroundings, type Named, type TrackedController } from './surroundings';

const NO_LOOP: LoopBehind = { companions: [], alive: false };

/** How many lines name them; what is made at the same place is one. */
const MOST_NAMED = 10;

/**
 * Says on stderr what was left, under `leaks: 'warn'`; an environment gathers what is the same until its file is over.
 * @throws {LeakError} under `leaks: 'fail'`
 */
export function judgeLeftovers(
  controller: Named & Pick<TrackedController, 'leaks'>,
  report: StopReport,
  loop: LoopBehind | undefined,
): void {
  if (controller.leaks === 'ignore') return;
  const texts: string[] = [];
  if (report.closeError !== undefined) texts.push(describeClose(controller, report));
  if (report.timers.length + report.handles.length > 0) texts.push(describe(controller, report, loop));
  complain(controller, texts);
}

/** Says in the same way that a stop() of the class's own has left the server running. */
export function judgeOwnStop(controller: Named & Pick<TrackedController, 'leaks'>): void {
  if (controller.leaks === 'ignore') return;
  complain(controller, [
    `${nameAndPlace(controller)} has a stop() of its own, which has not stopped it. Let it return super.stop(), ` +
      "or name it close() if it is to run beside the server, or set the option `leaks` to 'ignore'.",
  ]);
}

function complain(controller: Named & Pick<TrackedController, 'leaks'>, texts: readonly string[]): void {
  if (texts.length === 0) return;
  if (controller.leaks === 'fail') throw new LeakError(texts.join('\n'));
  const around = surroundings();
  for (const text of texts) {
    if (around === undefined) process.stderr.write(`jest-controller: ${text}\n`);
    else around.warn(text, controller.madeAt);
  }
}

/** Where the host came to no report, the error was nobody's to catch: a handler's that was still at work, or the close's own. */
function describeClose(controller: Named, { closeError: error, rung }: StopReport): string {
  const shown = error instanceof Error ? (error.stack ?? String(error)) : inspect(error);
  const lines = shown.split('\n').filter((line) => !/^ +at .*\(node:internal\//.test(line));
  const [what, remedy] =
    rung === 'terminated'
      ? ['died of an error that nothing caught while it was being stopped', 'Catch it, or await in the test what throws it before you stop']
      : ['was stopped, but it did not close in order', 'Make its close end without an error'];
  return (
    `The server of ${nameAndPlace(controller)} ${what}:` +
    `${lines.map((line) => `\n  ${line}`).join('')}\n${remedy}, or set the option \`leaks\` to 'ignore'.`
  );
}

function describe(controller: Named, report: StopReport, { companions, alive }: LoopBehind = NO_LOOP): string {
  const left = [...report.timers, ...report.handles];
  const counts = [count(report.timers.length, 'timer'), count(report.handles.length, 'handle')].filter((text) => text !== '');
  const times = new Map<string, number>();
  for (const { type, madeAt: place } of left) {
    const line = `\n  ${type}${place === undefined ? '' : `, made at ${place}`}`;
    times.set(line, (times.get(line) ?? 0) + 1);
  }
  const named = [...times].slice(0, MOST_NAMED);
  const lines = named.map(([line, number]) => (number === 1 ? line : `${line}, ${number.toString()} times`));
  const unnamed = left.length - named.reduce((sum, [, number]) => sum + number, 0);
  if (unnamed > 0) lines.push(`\n  and ${unnamed.toString()} more`);
  const others = companions.map((name) => (name === controller.name ? `another ${name}` : name));
  const whose = others.length === 0 ? '' : `It was the last on that loop, and what is left may be of others there: ${others.join(', ')}. `;
  const livesOn = left.length === 1 ? 'lives on' : 'live on';
  return (
    `The server of ${nameAndPlace(controller)} had ${counts.join(' and ')} still alive when it had closed, ` +
    `which ${alive ? `${livesOn} with its kept loop` : 'ended with its loop'}:${lines.join('')}\n` +
    `${whose}End them when the server closes, or in the close() hook of a Controller class, or set the option \`leaks\` to 'ignore'.`
  );
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number.toString()} ${noun}${number === 1 ? '' : 's'}`;
}
