/**
 * Waits for what servers may never answer. Jest's realm, and test side.
 */
import { after } from '../../time/clock';

/** Milliseconds that a server gets to answer the environment about a test, before that is over without it. */
export const ANSWER_LIMIT = 500;

/** What `promise` gives; undefined when `limit` milliseconds have passed before. */
export function within<Value>(limit: number, promise: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(limit, () => {
      resolve(undefined);
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
