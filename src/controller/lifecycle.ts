/**
 * The states of a controller and the ways between them. Test side.
 *
 * Told by callbacks like the session below it; the promises and the blocking forms are two ways to wait for the same transitions.
 */
import { StoppedError } from '../errors/errors';
import type { ReadyFacts } from '../protocol/messages';
import { now } from '../time/clock';
import type { Session, SessionEvents } from './session/session';
import { NOTHING_TO_STOP, stopReport, type StopReport } from './report/stop-report';

/**
 * Where a controller is in its life. `idle` has never been started; a failed start leaves `stopped`; `crashed` died by itself, and may be
 * started again.
 * @category Controller
 */
export type ControllerState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped' | 'crashed';

/** How a start ended. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** What a lifecycle needs of its controller. */
export interface LifecycleHooks extends Pick<SessionEvents, 'message'> {
  /** For messages. */
  readonly name: string;
  readonly stopTimeout: number;
  /** Prepares a session on a loop; throws what prevents it. `port` is given at a restart. */
  open(events: SessionEvents, port: number | undefined): Session;
  ready(): void;
  stopped(report: StopReport): void;
  crashed(error: unknown): void;
  /** A session is over, however, or could not be opened; calls that wait for it shall be settled with what `error` gives. */
  sessionOver(error: () => unknown): void;
}

export class Lifecycle {
  readonly #hooks: LifecycleHooks;
  #state: ControllerState = 'idle';
  #session: Session | undefined;
  #facts: ReadyFacts | undefined;
  #lastPort: number | undefined;
  #restartPort: number | undefined;
  #error: unknown;
  #startError: unknown;
  #startWaiters: ((outcome: Outcome) => void)[] = [];
  /** Who waits for a start that is being cut. */
  #cutWaiters: ((outcome: Outcome) => void)[] = [];
  #stopWaiters: ((report: StopReport) => void)[] = [];
  /** Whether who waits for a start waits for the end of the stop, or of the undoing, first. */
  #startAfterStop = false;
  /** Whether the start has been abandoned, and is being undone. */
  #undoing = false;

  constructor(hooks: LifecycleHooks) {
    this.#hooks = hooks;
  }

  get state(): ControllerState {
    return this.#state;
  }

  /** What it crashed with, until it is started again. */
  get error(): unknown {
    return this.#error;
  }

  /** What its latest start failed with; undefined where that began anew, or was cut. */
  get startError(): unknown {
    return this.#startError;
  }

  /** Address and url while running. */
  get facts(): ReadyFacts | undefined {
    return this.#state === 'running' ? this.#facts : undefined;
  }

  /** The port that it is bound to, while it runs and has one. */
  get port(): number | undefined {
    return this.facts && portOf(this.facts);
  }

  /** Also while listeners hear of a crash that came before the stop. */
  get #isStopping(): boolean {
    return this.#state === 'stopping' || (this.#state === 'crashed' && this.#stopWaiters.length > 0);
  }

  /** Handles the messages that have arrived: a server may have died while this thread was blocked. */
  hear(): void {
    if (this.#state === 'running') this.#session?.link.drain();
  }

  /** Goes towards running; `done` is called once. */
  start(done: (outcome: Outcome) => void): void {
    if (this.#state === 'running') {
      done({ ok: true });
      return;
    }
    this.#startWaiters.push(done);
    if (this.#isStopping || this.#undoing) this.#startAfterStop = true;
    else if (this.#state !== 'starting') this.#begin();
  }

  /** Cuts a start short for all who wait for it; who starts from now on waits for a new one. */
  abandonStart(error: unknown): void {
    if (this.#startAfterStop) this.#settleStart({ ok: false, error });
    else if (this.#state === 'starting') {
      this.#undoing = true;
      this.#cutStart(error);
    }
  }

  /** Cancels a start that waits for the end of a stop. */
  cancelQueuedStart(): void {
    if (this.#startAfterStop) this.#settleStart({ ok: false, error: this.stoppedBeforeStart() });
  }

  /** Goes towards stopped; `done` is called once. */
  stop(done: (report: StopReport) => void): void {
    this.cancelQueuedStart();
    const session = this.#session;
    if (this.#state === 'idle' || this.#state === 'stopped' || session === undefined) {
      done(NOTHING_TO_STOP);
      return;
    }
    const isUnderWay = this.#isStopping;
    this.#stopWaiters.push(done);
    if (isUnderWay) return;
    const since = now();
    const { state } = this;
    this.#state = 'stopping';
    if (state === 'starting') {
      this.#cutStart(this.#stoppedError(`in phase ${session.phase}, before it was ready`));
    } else if (state === 'crashed') {
      session.link.end(() => {
        this.#finishStop(NOTHING_TO_STOP);
      });
    } else {
      session.stop(this.#hooks.stopTimeout, (result) => {
        this.#finishStop(stopReport(result, now() - since));
      });
    }
  }

  /** The next start listens on the port that was bound last. */
  keepPort(): void {
    this.#restartPort = this.#lastPort;
  }

  /** The next start listens on the configured port again. */
  forgetPort(): void {
    this.#restartPort = undefined;
  }

  /** The error of a start that was to follow a stop, and was cancelled by another stop. */
  stoppedBeforeStart(): StoppedError {
    return this.#stoppedError('before it was started again');
  }

  /** Blocks this thread until `settled()`; the transitions that it waits for happen meanwhile. */
  drive(settled: () => boolean): void {
    while (!settled()) {
      const session = this.#session;
      if (session === undefined) return;
      session.wait(
        () => settled() || session !== this.#session,
        () => Infinity,
      );
    }
  }

  #begin(): void {
    this.#state = 'starting';
    this.#error = undefined;
    this.#startError = undefined;
    this.#session = undefined;
    const port = this.#restartPort;
    let session: Session;
    try {
      session = this.#hooks.open(
        {
          message: (message) => {
            this.#hooks.message(message);
          },
          crashed: (error) => {
            this.#crashed(error);
          },
        },
        port,
      );
    } catch (error) {
      this.#state = 'stopped';
      this.#hooks.sessionOver(() => error);
      this.#settleStart({ ok: false, error });
      return;
    } finally {
      this.#restartPort = undefined;
    }
    this.#session = session;
    session.start((outcome) => {
      if (outcome.ok) this.#started(outcome.ready);
      else if (outcome.again === true && this.#state === 'starting' && !this.#undoing) this.#beginAgain(outcome.error, port);
      else this.#startFailed(outcome.error);
    });
  }

  /** On a new loop: who waits for the start goes on waiting. */
  #beginAgain(error: unknown, port: number | undefined): void {
    this.#hooks.sessionOver(() => error);
    this.#restartPort = port;
    this.#begin();
  }

  #started(ready: ReadyFacts): void {
    this.#state = 'running';
    this.#facts = ready;
    this.#lastPort = portOf(ready);
    // First, so that a listener that stops it, and starts it again, begins anew.
    this.#settleStart({ ok: true });
    this.#hooks.ready();
  }

  #startFailed(error: unknown): void {
    const stopping = this.#state === 'stopping';
    const cut = stopping || this.#undoing;
    if (!stopping) this.#state = 'stopped';
    this.#session = undefined;
    this.#undoing = false;
    this.#hooks.sessionOver(() => error);
    if (!cut) {
      this.#startError = error;
      this.#settleStart({ ok: false, error });
    }
    for (const done of this.#cutWaiters.splice(0)) done({ ok: false, error });
    if (stopping) this.#finishStop(NOTHING_TO_STOP);
    else if (this.#startAfterStop) this.#beginQueued();
  }

  #cutStart(error: unknown): void {
    this.#cutWaiters.push(...this.#startWaiters.splice(0));
    this.#session?.abandon(error);
  }

  #stoppedError(when: string): StoppedError {
    return new StoppedError(`${this.#hooks.name} was stopped ${when}. Await what is under way in the test, or before you call stop().`);
  }

  #finishStop(report: StopReport): void {
    this.#state = 'stopped';
    this.#session = undefined;
    this.#facts = undefined;
    this.#hooks.sessionOver(() => this.#stoppedError('while this was under way'));
    this.#hooks.stopped(report);
    for (const done of this.#stopWaiters.splice(0)) done(report);
    if (this.#startAfterStop) this.#beginQueued();
  }

  #beginQueued(): void {
    this.#startAfterStop = false;
    this.#begin();
  }

  /** It may have died before it heard of a stop, which then has little left to do. */
  #crashed(error: unknown): void {
    const stopping = this.#state === 'stopping';
    this.#state = 'crashed';
    this.#error = error;
    this.#facts = undefined;
    this.#hooks.crashed(error);
    if (stopping) this.#state = 'stopping';
  }

  #settleStart(outcome: Outcome): void {
    this.#startAfterStop = false;
    for (const done of this.#startWaiters.splice(0)) done(outcome);
  }
}

function portOf(ready: ReadyFacts): number | undefined {
  return ready.address !== null && typeof ready.address === 'object' ? ready.address.port : undefined;
}
