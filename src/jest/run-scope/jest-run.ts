/**
 * Which Jest run this is: its main process, and whether that is still there. Both ends of the run scope.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import * as path from 'node:path';

/** A process; `since` tells it from a later one with the same number, where the system says when it started. */
export interface ProcessMark {
  readonly pid: number;
  readonly since: string;
}

const UNKNOWN = '0';

/** The main process of the run: Jest's workers are its children, its threads are in it. */
export function jestRun(): ProcessMark {
  const inChild = path.basename(process.argv[1] ?? '').startsWith('processChild');
  const pid = inChild ? process.ppid : process.pid;
  return { pid, since: statusOf(pid)?.since ?? UNKNOWN };
}

/** Whether it is there and not merely unburied. */
export function isAlive({ pid, since }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is there and somebody else's: then it is another one.
    return (error as { code?: unknown }).code === 'EPERM' && since === UNKNOWN;
  }
  const status = statusOf(pid);
  if (status === undefined) return since === UNKNOWN;
  return status.state !== 'Z' && (since === UNKNOWN || status.since === since);
}

/** As Linux tells it; undefined elsewhere. See proc_pid_stat(5): the second field is in brackets and may hold anything. */
function statusOf(pid: number): { readonly state: string; readonly since: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid.toString()}/stat`, 'utf8');
    const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Fields 3 and 22.
    return { state, since: rest[18] ?? UNKNOWN };
  } catch {
    return undefined;
  }
}
