/**
 * Opens the way to the process that holds a server for the whole run, as the handle of a host. Test side.
 */
import * as path from 'node:path';
import type { HostHandle } from '../../loop/handle';
import { startRelay } from '../../loop/relay';
import { COVERAGE_PATIENCE } from './coverage-patience';
import type { HolderOptions } from './relay';

/** Milliseconds: two files may ask for coverage at once, and each that is answered late is lost. */
const END_GRACE = 2 * COVERAGE_PATIENCE;
const SCRIPT = path.join(__dirname, 'relay.js');

export function openRelay(options: HolderOptions): HostHandle {
  return startRelay({
    script: SCRIPT,
    data: options,
    traits: { keepsLimits: true, endGrace: END_GRACE },
    // The server is not this file's to end, so the relay alone is.
    terminate: (thread) => thread.terminate(),
  });
}
