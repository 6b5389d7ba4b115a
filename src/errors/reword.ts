/**
 * Changes the message of an error that is there already.
 */
import { stackOf } from './frames';

/** Gives it another message, in its stack too, where V8 has written the old one. */
export function reword(error: Error, message: string): void {
  const { message: old } = error;
  const stack = stackOf(error);
  error.message = message;
  if (stack !== undefined) error.stack = stack.replace(old, () => message);
}
