/**
 * Ends what a host that was ended by force has left: the files of Unix sockets, and child processes. Both sides.
 */
import { rmSync } from 'node:fs';

/** Names that are no files: those of Linux's abstract sockets, and of Windows' pipes. */
const NO_FILE = /\0|^[\\/]{2}[.?][\\/]/;

/** Never throws: what ended the host is to be told all the same. */
export function removeSocketFiles(paths: readonly string[]): void {
  for (const path of paths.filter((name) => !NO_FILE.test(name))) {
    try {
      rmSync(path, { force: true });
    } catch {
      // Its folder may not be ours to write, or a folder may have taken its place.
    }
  }
}

/** By the signal that a host ends them with itself. */
export function endOrphans(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid);
    } catch {
      // It has ended by itself, or runs as another user.
    }
  }
}
