/**
 * Operations on files that are under way in this loop. Server side.
 *
 * One that is cut leaves a file empty or half written, over which the next run may stumble. A process that ends by itself waits for them.
 */
import { after, now } from '../../time/clock';

/** Milliseconds between two looks: nothing tells of their end. */
const INTERVAL = 1;

/** As Node lists them: `FSReqPromise`, `FSReqCallback`, and the end of a `FileHandle` (src/node_file.h). */
const KINDS = /^(FSReq|CloseReq$)/;

/** Resolves when none is under way any more, or `limit` milliseconds have passed, to the kinds of those that still are. */
export function untilFilesAreDone(limit: number): Promise<readonly string[]> {
  const since = now();
  return new Promise((resolve) => {
    const look = (): void => {
      const kinds = new Set(process.getActiveResourcesInfo().filter((type) => KINDS.test(type)));
      if (kinds.size === 0 || now() - since >= limit) resolve([...kinds]);
      else after(INTERVAL, look);
    };
    look();
  });
}
