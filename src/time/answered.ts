/**
 * Waits for what another thread says, up to a limit. Test side, Jest's realm, and the holder's process.
 */
import { soon } from './clock';
import { Limit } from './limit';
import { unlessOver } from './within';

/**
 * What `answer` gives; undefined when `limit` milliseconds have passed before. Where that is noticed so late that who is to answer may have stood
 * still as well, as on a machine that was asleep, it gets as long again, once, and no longer than the limit.
 */
export function answeredWithin<Value>(limit: number, answer: Promise<Value>): Promise<Value | undefined> {
  return unlessOver(answer, (over) => {
    const patience = new Limit(() => {
      if (!patience.forgive()) soon(over);
    });
    patience.set(limit);
    return () => {
      patience.clear();
    };
  });
}
