/**
 * Waits for what may never come, up to a limit. Both sides.
 */
import { after, soon } from './clock';

/**
 * What `promise` gives; undefined when `limit` milliseconds have passed before. In a thread that was busy until then, timers come before what
 * has arrived meanwhile, so that gets its turn first.
 */
export function within<Value>(limit: number, promise: Promise<Value>): Promise<Value | undefined> {
  return unlessOver(promise, (over) => after(limit, () => soon(over)));
}

/** What `promise` gives; undefined where `begin` calls back before. What `begin` gives ends that, when the promise has settled. */
export function unlessOver<Value>(promise: Promise<Value>, begin: (over: () => void) => () => void): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = begin(() => {
      resolve(undefined);
    });
    // Not by `finally`: a promise class that a server has put in the place of Node's may have none.
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it came
        reject(error);
      },
    );
  });
}
