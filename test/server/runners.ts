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
}

/** A server that runs. */
export interface Running {
  readonly address: BoundAddress | null;
  readonly url: string | null;
  /** Stops it; busy connections get `timeout` milliseconds. */
  stop(timeout?: number): Promise<Pick<ServerCloseReport, 'forced' | 'cut'>>;
}

export interface Runner {
  readonly name: string;
  /** Resolves when the fixture's server listens; rejects with what prevented it. */
  start(fixture: Fixture, target?: Target): Promise<Running>;
  /** What is still alive of all that has been started, in words that can be compared. */
  alive(): Promise<readonly string[]>;
}
