/**
 * Opens the way to the process that holds a server for the whole run, as the handle of a host. Test side.
 */
import * as path from 'node:path';
import type { HostHandle } from '../../loop/handle';
import { startRelay } from '../../loop/relay';
import type { HolderOptions } from './relay';

const SCRIPT = path.join(__dirname, 'relay.js');

export function openRelay(options: HolderOptions): HostHandle {
  // The server is not this file's to end, so the relay alone is.
  return startRelay({ script: SCRIPT, data: options, keepsLimits: true, terminate: (thread) => thread.terminate() });
}
