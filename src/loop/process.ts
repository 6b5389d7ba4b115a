/**
 * Starts a child process that runs the host, by way of a relay thread. Test side.
 */
import * as path from 'node:path';
import type { HostHandle } from './handle';
import { startRelay } from './relay';

const SCRIPT = path.join(__dirname, 'process-relay.js');

export interface ProcessOptions {
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly execArgv: readonly string[];
  readonly cwd: string;
}

/** Makes a process; it boots in the background and hears the first command when it has. */
export function openProcess(options: ProcessOptions): HostHandle {
  return startRelay({
    script: SCRIPT,
    data: options,
    terminate: (thread, gone) => {
      // The relay kills, not we: it knows whether the number is still the child's.
      thread.postMessage('terminate');
      thread.ref();
      return gone;
    },
  });
}
