/**
 * Every kind of loop that the behaviour suites run on. A new kind is one row.
 */
import { describe } from '@jest/globals';
import { Worker } from 'node:worker_threads';
import { ProcessLoop, ThreadLoop, type Loop } from 'jest-controller';
import { everything } from '../form';

export interface LoopKind {
  readonly name: string;
  make(): Loop;
  /** Whether the thread or process of this number is there. */
  lives(number: number | null): boolean;
}

const KINDS: readonly LoopKind[] = [
  // With limits of its own a thread is never one of the environment's spares, so that each one's birth is seen.
  {
    name: 'thread',
    make: () => new ThreadLoop({ resourceLimits: {} }),
    lives: (number) => threads().get(number ?? -1)?.threadId === number,
  },
  { name: 'process', make: () => new ProcessLoop(), lives: isAlive },
];

/** Signal 0 is never sent; it only asks. */
function isAlive(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** One suite of behaviours, run on each kind of loop; by `npm test` on threads only, since a process takes its time to start. */
export function describeEveryLoop(title: string, body: (kind: LoopKind) => void): void {
  describeLoops(everything ? KINDS : KINDS.slice(0, 1), title, body);
}

/** The same, by `npm test` too. */
export function describeEveryLoopAlways(title: string, body: (kind: LoopKind) => void): void {
  describeLoops(KINDS, title, body);
}

function describeLoops(kinds: readonly LoopKind[], title: string, body: (kind: LoopKind) => void): void {
  for (const kind of kinds) {
    describe(`${title} (${kind.name})`, () => {
      threads();
      body(kind);
    });
  }
}

const THREADS = Symbol.for('jest-controller.test.threads');

/** The threads made since the first call, by number. Node tells of them on its own `process`; a test's is a copy. */
export function threads(): ReadonlyMap<number, Worker> {
  const outerFunction = Worker.constructor as FunctionConstructor;
  const process = outerFunction('return process')() as NodeJS.Process & { [THREADS]?: Map<number, Worker> };
  let known = process[THREADS];
  if (known === undefined) {
    const map = new Map<number, Worker>();
    known = process[THREADS] = map;
    process.on('worker', (worker) => map.set(worker.threadId, worker));
  }
  return known;
}
