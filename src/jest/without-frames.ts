/**
 * Errors that a report prints without frames. Jest's realm, and the holder's process.
 */

/** The error without its frames: they are this package's own or a timer's, and Jest would show the code around the first. */
export function withoutFrames<Raised extends Error>(error: Raised): Raised {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
