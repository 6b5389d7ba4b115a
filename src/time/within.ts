/**
 * Waits for what may never come, up to a limit. Both sides.
 */
import { after } from './clock';

/** What `promise` gives; undefined when `limit` milliseconds have passed before. */
export function within<Value>(limit: number, promise: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(limit, () => {
      resolve(undefined);
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
