/**
 * Changes the message of an error that is there already.
 */

/** Gives it another message, in its stack too, where V8 has written the old one. */
export function reword(error: Error, message: string): void {
  const { message: old, stack } = error;
  error.message = message;
  if (stack !== undefined) error.stack = stack.replace(old, () => message);
}
