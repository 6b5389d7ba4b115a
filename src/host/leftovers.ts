/**
 * What is still alive on this loop when its server has closed. Server side.
 */
import type { Leftover } from '../protocol/messages';
import { soon } from '../time/clock';

/** The host's own: its ports. */
const OURS = new Map<string, number>();
for (const type of process.getActiveResourcesInfo()) OURS.set(type, (OURS.get(type) ?? 0) + 1);

/** Kinds that hold nothing of the user's open, or that are the host's own. */
const IGNORED: ReadonlySet<string> = new Set(['MessagePort', 'Immediate', 'CloseReq', 'TTYWrap', 'PipeWrap']);

/** Timers and handles that would keep a process alive. */
export async function leftovers(): Promise<{ readonly timers: readonly Leftover[]; readonly handles: readonly Leftover[] }> {
  // Handles that have just been closed are still listed in the same turn.
  await new Promise<void>((resolve) => {
    soon(resolve);
  });
  const types = process.getActiveResourcesInfo().filter((type) => !IGNORED.has(type));
  return {
    timers: types.filter((type) => type === 'Timeout').map((type) => ({ type })),
    handles: types.filter((type) => type !== 'Timeout').map((type) => ({ type })),
  };
}
