/**
 * How long the environment waits for servers, which may never answer. Jest's realm, and test side.
 */

/** Milliseconds that a server gets to answer the environment about a test, before that is over without it. */
export const ANSWER_LIMIT = 500;
