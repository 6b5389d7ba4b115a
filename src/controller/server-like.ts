/**
 * What `factory()` may return, as far as types can say it. Test side.
 */

/** Anything that listens, answers requests, or holds something that does; judged by the host when it is there. */
export type ServerLike = object;
