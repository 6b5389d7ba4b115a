/**
 * What a relay says of the process at its other end. Test side.
 */
import { ServerCrashedError } from '../../errors/errors';
import { withoutFrames } from '../both-realms/without-frames';

/** It ended before anybody could be served; `complaint` is what it wrote on stderr. */
export function holderFailed(name: string, exitCode: number | null, complaint: string): ServerCrashedError {
  return withoutFrames(
    new ServerCrashedError(
      `${name}, which is to serve the whole run (scope: 'run'), has no process, for that could not start. ` +
        `Correct what it complains of, or use another scope.\n${complaint}`,
      { exitCode },
    ),
  );
}

/** It was there and is not. */
export function holderGone(name: string): ServerCrashedError {
  return withoutFrames(
    new ServerCrashedError(
      `${name}, which serves the whole run (scope: 'run'), is gone with its process, which was ended from outside or by native code. ` +
        'Look for what ended it, or use another scope.',
    ),
  );
}
