/**
 * Whether somebody is debugging: then no limit fires. Test side.
 */
import * as inspector from 'node:inspector';

/** Whether an inspector is open in this process (`--inspect`, `--inspect-brk`, `inspector.open()`). */
export function debuggerAttached(): boolean {
  return inspector.url() !== undefined;
}
