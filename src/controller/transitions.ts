/**
 * How one waits for a controller's transitions: by promises that all callers share, or blocking. Test side.
 */
import type { CallSite } from '../remote/call-site';
import { startDetachably } from './detachable-start';
import type { StartOptions } from './started';
import type { Lifecycle, Outcome } from './lifecycle';
import { withPlace } from './source/place';
import { SharedPromise } from './shared-promise';
import { NOTHING_TO_STOP, type StopReport } from './report/stop-report';

/** Whose transitions they are. */
export interface Moved {
  /** What each start resolves to: the controller. */
  readonly controller: unknown;
  readonly lifecycle: Lifecycle;
  /** Sees the report of a stop before its callers do; what it throws is what they get. */
  judge(report: StopReport): void;
}

interface Verdict {
  readonly report: StopReport;
  readonly failure?: { readonly error: unknown };
}

export class Transitions {
  readonly #controller: unknown;
  readonly #lifecycle: Lifecycle;
  readonly #judge: Moved['judge'];
  readonly #starting = new SharedPromise<unknown>();
  readonly #stopping = new SharedPromise<StopReport>();
  /** What was found of the latest report, which an asynchronous and a blocking stop may share. */
  #verdict: Verdict | undefined;
  #stopsAsked = 0;
  #restartsAsked = 0;

  constructor({ controller, lifecycle, judge }: Moved) {
    this.#controller = controller;
    this.#lifecycle = lifecycle;
    this.#judge = judge;
  }

  /** `site` is where it was asked for, made at once: an error that comes from the other side knows nothing of who waits for it here. */
  start(options: StartOptions | undefined, site: CallSite): Promise<unknown> {
    try {
      return startDetachably(options, {
        join: () => this.#sharedStart(site),
        abandon: (start, reason) => {
          if (start !== this.#starting.pending) return;
          // Who starts from now on does not wait for the start that is undone.
          this.#starting.forget();
          this.#lifecycle.abandonStart(reason);
        },
      });
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** `site` as above. */
  stop(site: CallSite): Promise<StopReport> {
    this.#stopsAsked += 1;
    // A start that waits for the stop under way is taken back by a second stop.
    this.#lifecycle.cancelQueuedStart();
    return this.#sharedStop(site);
  }

  /** Stops, and calls `start`, which listens on the port that was bound. */
  async restart<T>(start: () => Promise<T>, site: CallSite): Promise<T> {
    const stopsAsked = this.#stopsAsked;
    this.#restartsAsked += 1;
    const restartsAsked = this.#restartsAsked;
    this.#lifecycle.keepPort();
    try {
      await this.#sharedStop(site);
      // Whoever called stop() meanwhile has been told that all is over.
      if (this.#stopsAsked !== stopsAsked) throw this.#lifecycle.stoppedBeforeStart();
      return await start();
    } catch (error) {
      // One that was asked for after it still wants the port.
      if (this.#restartsAsked === restartsAsked) this.#lifecycle.forgetPort();
      throw withPlace(error, site);
    }
  }

  startSync(site: CallSite): void {
    let settled: Outcome | undefined;
    this.#lifecycle.hear();
    this.#lifecycle.start((outcome) => {
      settled = outcome;
    });
    this.#lifecycle.drive(() => settled !== undefined);
    if (settled?.ok === false) throw withPlace(settled.error, site);
  }

  stopSync(): StopReport {
    this.#stopsAsked += 1;
    const reports: StopReport[] = [];
    this.#lifecycle.stop((report) => reports.push(report));
    this.#lifecycle.drive(() => reports.length > 0);
    for (const report of reports) this.#judgeOnce(report);
    return reports[0] ?? NOTHING_TO_STOP;
  }

  #sharedStart(site: CallSite): Promise<unknown> {
    return this.#starting.join((resolve, reject) => {
      this.#lifecycle.start((outcome) => {
        if (outcome.ok) resolve(this.#controller);
        else reject(withPlace(outcome.error, site));
      });
    });
  }

  #sharedStop(site: CallSite): Promise<StopReport> {
    // Who starts from now on does not wait for the start that is cut.
    if (this.#lifecycle.state === 'starting') this.#starting.forget();
    return this.#stopping.join((resolve, reject) => {
      this.#lifecycle.stop((report) => {
        try {
          this.#judgeOnce(report);
          resolve(report);
        } catch (error) {
          reject(withPlace(error, site));
        }
      });
    });
  }

  /** @throws what the first who heard of that report was thrown */
  #judgeOnce(report: StopReport): void {
    if (this.#verdict?.report !== report) this.#verdict = this.#verdictOn(report);
    if (this.#verdict.failure !== undefined) throw this.#verdict.failure.error;
  }

  #verdictOn(report: StopReport): Verdict {
    try {
      this.#judge(report);
      return { report };
    } catch (error) {
      return { report, failure: { error } };
    }
  }
}
