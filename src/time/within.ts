/**
 * Waits for what may never come, up to a limit. Both sides.
 */
import { after, soon } from './clock';

/**
 * What `promise` gives; undefined when `limit` milliseconds have passed before. In a thread that was busy until then, timers come before what
 * has arrived meanwhile, so that gets its turn first.
 */
export function within<Value>(limit: number, promise: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(limit, () =>
      soon(() => {
        resolve(undefined);
      }),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
