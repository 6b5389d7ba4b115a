/**
 * What a start takes and gives.
 */
import type { BoundAddress } from '../protocol/messages';

/**
 * What `start()` may be given.
 * @category Controller
 */
export interface StartOptions {
  /** Ends this caller's wait, and the start when nobody else waits for it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A controller that has started, as its start gives it: its address is known, until it is stopped.
 * @typeParam C the controller
 * @category Controller
 */
export type Started<C> = C & {
  /** Where a client reaches it. */
  readonly url: string;
  /** The bound address as the server's own `address()` gives it. */
  readonly address: BoundAddress;
};

/**
 * `C`, which is never inferred from where the result goes: before TypeScript 6, a `Started<C> | undefined` there makes it the bare controller.
 * @hidden
 */
export type Given<C> = [C][C extends unknown ? 0 : never];
