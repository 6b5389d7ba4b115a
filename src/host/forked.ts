/**
 * What is said by a copy of a server's program, which is this package's own: `cluster` and those who fork `process.argv[1]` ask for one.
 * Server side.
 */
import { writeSync } from 'node:fs';

const STDERR = 2;

/** Ends this process, in which nothing of the user's would run. */
export function refuseFork(): never {
  writeSync(
    STDERR,
    'jest-controller: Expected a fork to name the file that it runs: by default it is the program of its parent, and beside a server that is ' +
      "this package's own. Call cluster.setupPrimary({ exec: __filename }) before cluster.fork(), or give child_process.fork() the file.\n",
  );
  process.exit(1);
}
