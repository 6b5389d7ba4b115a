/**
 * Waiting a moment awake before one goes to sleep: a core takes longer to wake than most answers take to come. Both sides.
 */
import { availableParallelism } from 'node:os';
import { now } from './clock';

/** Milliseconds awake; a core takes 30 to 50 microseconds to wake where that was measured (docs/performance.md). */
const AWAKE = 0.05;

let awake: number | undefined;

/** With one core it would only keep the other side from its work. */
function timeAwake(): number {
  return (awake ??= availableParallelism() > 1 ? AWAKE : 0);
}

/** Watches for `arrived` without sleeping, for some microseconds. @returns whether it holds */
export function watchAwhile(arrived: () => boolean): boolean {
  const until = now() + timeAwake();
  do if (arrived()) return true;
  while (now() < until);
  return false;
}
