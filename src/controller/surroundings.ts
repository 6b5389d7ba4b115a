/**
 * What a Jest environment gives the controllers of its tests. Test side; an interface only, so that this room does not know Jest.
 *
 * The object lives in the environment's realm and hangs on the test's global under a registered symbol, so that every copy of this package
 * in the test finds the same one.
 */
import type { ResourceLimits } from 'node:worker_threads';
import type { HostHandle, LoaderConnection } from '../loop/handle';
import type { LoaderSettings } from '../protocol/loader';
import type { HostCoverage } from '../protocol/messages';
import type { Noted } from '../protocol/noted';
import type { ControllerState } from './lifecycle';
import type { LogLine } from './report/log-book';
import type { StopReport } from './report/stop-report';

export const SURROUNDINGS = Symbol.for('jest-controller.surroundings');

/** An error of a handler's that became an answer. */
export interface ServerError {
  /** The request, and the status of its answer: `GET /users with 500`. */
  readonly answered: string;
  /** Undefined where the server's framework kept it to itself. */
  readonly error: Error | undefined;
}

/** How a server has fared. */
export interface ServerReview {
  /** It does not listen any more, and was not stopped. */
  readonly closed: boolean;
  /** Its loop goes by a fake clock. */
  readonly fakeClock: boolean;
  /** The latest requests that it answered with 500 or more: `GET /users with 500`. */
  readonly failed: readonly string[];
  /** The latest requests that its loop has sent to other hosts: `GET https://example.org/keys`. */
  readonly sent: readonly string[];
  /** The latest errors that nothing on its loop caught, of which a handler of its own kept it alive: `TypeError: … at /app/src/jobs.js:3:9`. */
  readonly handled: readonly string[];
}

/** A controller as its surroundings see it. */
export interface TrackedController {
  readonly name: string;
  /** Where it was made, as `file:line:column`. */
  readonly madeAt: string | null;
  readonly state: ControllerState;
  readonly error: unknown;
  /** What its latest start failed with, which leaves no server that could be asked. Not there in other versions. */
  readonly startError?: unknown;
  /** The port that it is bound to, while it runs and has one. Not there in other versions. */
  readonly port?: number | undefined;
  /** What its start waits for, while it starts, and what to do about it: sentences that begin in the middle of one. */
  readonly awaited: string | undefined;
  readonly logs: readonly LogLine[];
  readonly logMode: 'on-failure' | 'live' | 'silent';
  readonly leaks: 'ignore' | 'warn' | 'fail';
  readonly onServerError: 'ignore' | 'fail-test';
  /** Whether the test listened for crashes when it died, and so deals with that itself. */
  readonly crashHandled: boolean;
  /** Gets what it crashes with, where nobody listens for that, and sees to it that somebody is told; otherwise it is printed at once. */
  onUnheardCrash?: ((error: unknown) => void) | undefined;
  /** Stops it, whatever a stop() of the user's class does; undefined where that keeps the report to itself. */
  stop(): Promise<StopReport | undefined>;
  /** Resolves when everything that the server said until now has arrived. */
  flush(): Promise<void>;
  /** Resolves when no request is in flight; rejects after `timeout` milliseconds, naming those that are, or a moment later where no answer comes. */
  idle(timeout: number): Promise<void>;
  /** The HTTP requests that have no answer yet; undefined where the server does not say. */
  inFlight(): Promise<readonly Noted[] | undefined>;
  /** What the test has waited for since `since`, in epoch milliseconds, and still does: a sentence each. */
  waits(since: number): readonly string[];
  /** Ends what the test still waits for by `waitFor` and `waitForLog`, as its file is over. Not there in other versions. */
  endWaits?(): void;
  /** How its server has fared since `since`, in epoch milliseconds, and those that have been stopped since; undefined in other versions, where none runs. */
  review(since: number): Promise<ServerReview | undefined>;
  /** Those of these files that the server's side has loaded by `require`. */
  loaded(files: readonly string[]): Promise<readonly string[]>;
  /** Takes the first error that the server's framework swallowed since the last call. */
  takeServerError(): ServerError | undefined;
  /** Says in which test it died. */
  diedIn(test: string): void;
}

/** What a test has read of a controller that did not run. */
export interface IdleRead {
  readonly member: string;
  /** What it was: null, or the port 0. */
  readonly value: unknown;
  /** The line that read it, as `file:line:column`; null where that is the class's own, and undefined where nobody knows. */
  place(): string | undefined | null;
}

export interface Surroundings {
  /**
   * Evaluates a file of this package in the test's realm, compiled once for all test files; gives its exports. Undefined where there is no
   * such realm, and where the environment is of a version that has none of this.
   */
  readonly evaluate?: ((file: string, require: (specifier: string) => unknown) => unknown) | undefined;
  readonly loader: LoaderSettings;
  openThread(resourceLimits?: ResourceLimits): HostHandle;
  connectLoader(handle: HostHandle): LoaderConnection;
  coverage(coverage: HostCoverage): void;
  /** Loads a module in the outer process. */
  preload(specifier: string, from: string): void;
  /** Resolves as Jest does; throws what Jest throws. */
  resolve(specifier: string, from: string): string;
  /** The same, and what other kinds of importers than Jest's `require` get of a package. */
  resolveEach(specifier: string, from: string): string[];
  /** The file of the running test. */
  readonly testPath: string;
  readonly rootDir: string;
  /** Whether a crash fails a test: false under a runner that tells the environment of none, such as jest-jasmine2. */
  readonly failsTests: boolean;
  /** Called when a controller has begun to start, runs, has stopped or crashed; never for one that is not started. */
  changed(controller: TrackedController): void;
  /** Hears what was read of a controller that is not started yet, or is stopped. Not there in other versions. */
  readIdle?(controller: TrackedController, read: IdleRead): void;
  /** Throws it, uncaught, so that it fails the test that runs now; the file where none does. Not there in other versions. */
  throwUncaught?(error: unknown): void;
  /** Prints a warning on stderr, when the file is over at the latest. Those that differ in nothing but `place`, a part of `text`, are printed once. */
  warn(text: string, place: string | null): void;
}

/** The environment around this test; undefined without it, and outside Jest. */
export function surroundings(): Surroundings | undefined {
  return (globalThis as { [SURROUNDINGS]?: Surroundings })[SURROUNDINGS];
}

/** What a message says of whose controller it is. */
export type Named = Pick<TrackedController, 'name' | 'madeAt'>;

/** Its name, and where it was made if that is known: `Api (made at /project/api.test.ts:5:13)`. */
export function nameAndPlace({ name, madeAt }: Named): string {
  return madeAt === null ? name : `${name} (made at ${madeAt})`;
}
