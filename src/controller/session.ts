/**
 * One start of a controller and all that follows from it, until its end. Test side.
 *
 * It is told by callbacks and asks the clock, so that the asynchronous forms (timers) and the blocking ones (`tick`) share it. The first
 * of started, failed, ended and the limit wins; what comes later finds nobody.
 */
import { debuggerAttached } from './debugger';
import { ReadyTimeoutError, ServerCrashedError, StoppedError, type StartPhase } from '../errors/errors';
import type { Link, LinkEnd, LinkMember } from '../loop/link';
import { decodeError } from '../protocol/errors';
import type { CloseReport, ControllerId, FromHost, ReadyFacts, StartCommand } from '../protocol/messages';
import { after, formatMs, now } from '../time/clock';
import type { CloseResult } from './stop-report';

/** Milliseconds beyond its limit that a host gets to report how its server closed, before it is terminated. */
export const STOP_GRACE = 250;

/** Milliseconds that a host with others on it gets to cut a start short, before all of them are terminated. */
const CUT_GRACE = 1000;

export type StartOutcome = { readonly ok: true; readonly ready: ReadyFacts } | { readonly ok: false; readonly error: unknown };

/** What the controller wants to hear. */
export interface SessionEvents {
  /** Everything that is not about starting and stopping. */
  message(message: FromHost): void;
  /** It died by itself after it was ready. */
  crashed(error: unknown): void;
}

type Status = 'starting' | 'running' | 'stopping' | 'over';

export class Session implements LinkMember {
  readonly name: string;
  readonly id: ControllerId;
  readonly #link: Link;
  readonly #command: StartCommand;
  readonly #events: SessionEvents;
  readonly #elapsed: Partial<Record<StartPhase, number>> = {};
  readonly #describeLogs: () => string;
  #status: Status = 'starting';
  #phase: StartPhase = 'boot';
  #phaseSince = now();
  #started: ((outcome: StartOutcome) => void) | undefined;
  #stopped: ((result: CloseResult) => void) | undefined;
  #deadline = Infinity;
  #cancelTimer: (() => void) | undefined;

  constructor(name: string, link: Link, command: StartCommand, hooks: { events: SessionEvents; describeLogs: () => string }) {
    this.name = name;
    this.id = command.id;
    this.#link = link;
    this.#command = command;
    this.#events = hooks.events;
    this.#describeLogs = hooks.describeLogs;
  }

  get link(): Link {
    return this.#link;
  }

  get phase(): StartPhase {
    return this.#phase;
  }

  /** When the present wait is over, on the clock of `now()`. */
  get deadline(): number {
    return this.#deadline;
  }

  get over(): boolean {
    return this.#status === 'over';
  }

  /** Starts; `done` is called once. After a failure the loop has been left, or ended where it was this controller's own. */
  start(done: (outcome: StartOutcome) => void): void {
    this.#started = done;
    this.#link.hold();
    this.#link.join(this.id, this);
    this.#setDeadline(this.#command.options.loadTimeout);
    this.#link.post(this.#command);
  }

  /** Cuts a start short; its outcome becomes `error`. */
  abandon(error: unknown): void {
    if (this.#status === 'starting') this.#failStart(error, 'ask');
  }

  /** Stops the server and leaves the loop, which ends with its last controller; `done` is called once, at the latest when the bound has passed. */
  stop(timeout: number, done: (result: CloseResult) => void): void {
    this.#status = 'stopping';
    this.#stopped = done;
    this.#link.hold();
    this.#setDeadline(timeout + STOP_GRACE);
    this.#link.post({ type: 'stop', id: this.id, timeout });
  }

  /** Acts on a limit that has passed. The blocking forms call it; a timer does otherwise. */
  tick(): void {
    if (now() < this.#deadline) return;
    // The answer may be there already, and only this thread was too busy to hear it.
    this.#link.drain();
    if (now() < this.#deadline) return;
    if (debuggerAttached()) this.#setDeadline(1000);
    else if (this.#status === 'starting') this.#failStart(this.#timeoutError(), 'terminate');
    else if (this.#status === 'stopping') this.#forceStop();
  }

  receive(message: FromHost): void {
    if (this.#status === 'over') return;
    switch (message.type) {
      case 'phase':
        this.#enter(message.phase);
        break;
      case 'started':
        this.#succeed(message.ready);
        break;
      case 'startFailed':
        this.#failStart(decodeError(message.error), 'left');
        break;
      case 'stopped':
        this.#closed(message.report);
        break;
      default:
        this.#events.message(message);
    }
  }

  ended(end: LinkEnd): void {
    const status = this.#status;
    if (status === 'starting') {
      const error = this.#startEndError(end);
      this.#settle();
      this.#link.end(() => {
        this.#finishStart({ ok: false, error });
      });
    } else if (status === 'stopping') {
      this.#settle();
      this.#link.end(() => {
        this.#finishStop({ forced: end.culprit !== undefined, rung: 'terminated', ...(end.threw ? { closeError: end.error } : {}) });
      });
    } else if (status === 'running') {
      this.#settle();
      this.#events.crashed(endError(this.name, end));
    }
  }

  #enter(phase: StartPhase): void {
    if (this.#status !== 'starting' || phase === this.#phase) return;
    this.#elapsed[this.#phase] = now() - this.#phaseSince;
    if (phase === 'factory') this.#setDeadline(this.#command.options.readyTimeout);
    this.#phase = phase;
    this.#phaseSince = now();
  }

  #succeed(ready: ReadyFacts): void {
    if (this.#status !== 'starting') return;
    this.#status = 'running';
    this.#clearDeadline();
    this.#link.release();
    this.#finishStart({ ok: true, ready });
  }

  /**
   * `left`: the host has cleaned up by itself. `ask`: it shall, quickly. `terminate`: it had its time; where the loop serves others it
   * is asked all the same, for their sake.
   */
  #failStart(error: unknown, how: 'left' | 'ask' | 'terminate'): void {
    if (this.#status !== 'starting') return;
    const finish = (): void => {
      this.#finishStart({ ok: false, error });
    };
    if (how === 'left') {
      this.#settle();
      this.#leave(finish);
    } else if (this.#link.memberCount === 1) {
      this.#settle();
      this.#link.leave(this.id);
      this.#link.terminate(this.name, finish);
    } else {
      this.#status = 'stopping';
      this.#stopped = finish;
      this.#setDeadline(CUT_GRACE);
      this.#link.post({ type: 'stop', id: this.id, timeout: 0 });
    }
  }

  #closed(report: CloseReport): void {
    if (this.#status !== 'stopping') return;
    this.#settle();
    this.#leave(() => {
      this.#finishStop({ ...report, rung: report.forced ? 'cut' : 'closed' });
    });
  }

  #forceStop(): void {
    this.#settle();
    this.#link.leave(this.id);
    this.#link.terminate(this.name, () => {
      this.#finishStop({ forced: true, rung: 'terminated' });
    });
  }

  #leave(done: () => void): void {
    this.#link.leave(this.id);
    if (this.#link.memberCount === 0) this.#link.end(done);
    else done();
  }

  #finishStart(outcome: StartOutcome): void {
    const done = this.#started;
    this.#started = undefined;
    done?.(outcome);
  }

  #finishStop(result: CloseResult): void {
    const done = this.#stopped;
    this.#stopped = undefined;
    done?.(result);
  }

  #settle(): void {
    if (this.#status === 'starting' || this.#status === 'stopping') this.#link.release();
    this.#status = 'over';
    this.#clearDeadline();
  }

  #setDeadline(ms: number): void {
    this.#clearDeadline();
    this.#deadline = now() + ms;
    this.#armTimer();
  }

  #armTimer(): void {
    this.#cancelTimer = after(Math.ceil(this.#deadline - now()), () => {
      if (now() < this.#deadline) this.#armTimer();
      else this.tick();
    });
  }

  #clearDeadline(): void {
    this.#deadline = Infinity;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #timeoutError(): ReadyTimeoutError {
    const phase = this.#phase;
    const elapsed = { ...this.#elapsed, [phase]: now() - this.#phaseSince };
    const loading = phase === 'boot' || phase === 'load';
    const limit = loading ? this.#command.options.loadTimeout : this.#command.options.readyTimeout;
    const times = Object.entries(elapsed).map(([name, ms]) => `${name} ${formatMs(ms)}`);
    const remedy = loading
      ? 'If it needs longer, raise the option `loadTimeout`.'
      : 'If it needs longer, raise the option `readyTimeout` or the environment variable JEST_CONTROLLER_READY_TIMEOUT.';
    return new ReadyTimeoutError(
      `${this.name} was not ready in time: ${PHASES[phase]} after ${formatMs(limit)} (${times.join(', ')}). ${remedy}${this.#describeLogs()}`,
      { phase, limit, elapsed },
    );
  }

  #startEndError(end: LinkEnd): unknown {
    if (end.culprit !== undefined || end.threw) return endError(this.name, end);
    if (typeof end.signal === 'string') {
      return new ServerCrashedError(
        `${this.name} was ended by the signal ${end.signal} before it was ready, in phase ${this.#phase}.${this.#describeLogs()}`,
        { exitCode: null },
      );
    }
    if (end.code === null) return new StoppedError(`${this.name} was ended before it was ready.`);
    return new ServerCrashedError(
      `${this.name} exited with code ${end.code.toString()} before it was ready, in phase ${this.#phase}. ` +
        `Look for process.exit() in its module or factory().${this.#describeLogs()}`,
      { exitCode: end.code },
    );
  }
}

const PHASES: Readonly<Record<StartPhase, string>> = {
  boot: 'its thread or process had not booted',
  load: 'its module had not finished loading',
  factory: 'factory() had not returned a server',
  listen: 'its server had not emitted "listening"',
};

/** What a controller died of: the uncaught error itself, else a description of its exit. */
function endError(name: string, end: LinkEnd): unknown {
  if (end.culprit !== undefined) {
    return new ServerCrashedError(
      `${name} went down with its loop, which had to be ended by force because ${end.culprit} did not stop. Give ${end.culprit} a loop of its own.`,
      { exitCode: end.code },
    );
  }
  if (end.threw) {
    return outOfMemory(end.error)
      ? new ServerCrashedError(
          `${name} ran out of memory. Raise its limit (\`resourceLimits\` of its ThreadLoop, \`execArgv\` of its ProcessLoop), or look for a leak.`,
          {
            cause: end.error,
            exitCode: end.code,
          },
        )
      : end.error;
  }
  if (typeof end.signal === 'string') {
    return new ServerCrashedError(`${name} was ended by the signal ${end.signal} while it was running.`, { exitCode: null });
  }
  return new ServerCrashedError(
    `${name} exited with code ${String(end.code)} while it was running. Look for process.exit() in the server's code.`,
    { exitCode: end.code },
  );
}

function outOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
