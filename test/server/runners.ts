/**
 * Where a server of the contract suite runs. The suite knows no more of it than this.
 */
import type { ServerCloseReport } from '../../src/server/types';
import type { BoundAddress } from '../../src/protocol/messages';

/** A fixture: the name of a module in test/fixtures/servers whose default export makes a server. */
export type Fixture = string;

export interface Target {
  readonly hostname?: string | undefined;
  readonly port?: number;
  readonly path?: string;
  /** Milliseconds that busy connections get when it is stopped: by default more than any stop takes that is in order. */
  readonly stopTimeout?: number;
  /** The factory throws after it has made its server. */
  readonly fails?: boolean;
}

/** A server that runs. */
export interface Running {
  readonly address: BoundAddress | null;
  readonly url: string | null;
  stop(): Promise<Pick<ServerCloseReport, 'forced' | 'cut'>>;
  /** Makes it die of an uncaught error; resolves with what is known of it. Not where that would end the test. */
  crash?(): Promise<unknown>;
}

export interface Runner {
  readonly name: string;
  /** Whether a server that fails there takes nothing with it, and leaves nothing behind. */
  readonly isolates: boolean;
  /** Resolves when the fixture's server listens; rejects with what prevented it. */
  start(fixture: Fixture, target?: Target): Promise<Running>;
  /** What is still alive of all that has been started, in words that can be compared. */
  alive(): Promise<readonly string[]>;
}
