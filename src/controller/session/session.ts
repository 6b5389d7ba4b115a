/**
 * One start of a controller and all that follows from it, until its end. Test side.
 *
 * It is told by callbacks and asks the clock, so that the asynchronous forms (timers) and the blocking ones (`tick`) share it. The first
 * of started, failed, ended and the limit wins; what comes later finds nobody.
 */
import { debuggerAttached } from './debugger';
import type { StartPhase } from '../../errors/errors';
import type { Link } from '../../loop/link';
import type { LinkEnd, LinkMember } from '../../loop/link-member';
import { decodeError } from '../../protocol/errors';
import type { CloseReport, ControllerId, CutConnection, FromHost, ReadyFacts, StartCommand } from '../../protocol/messages';
import { now } from '../../time/clock';
import { Limit, VERY_LATE } from '../../time/limit';
import { endError, startEndError, stillAwaitedIn, timeoutError } from './end-errors';
import { endOfStop } from './end-of-stop';
import { tellOutput } from '../report/last-output';
import type { LogLine } from '../report/log-book';
import { explainMainScript } from './main-script';
import { StartProgress } from './start-progress';
import type { CloseResult, LoopBehind } from '../report/stop-report';
import { tellThreadLimit } from './thread-limits';

/** Milliseconds beyond its limit that a host gets to report how its server closed, before it is terminated. */
export const STOP_GRACE = 250;

/** Milliseconds that a host which keeps the limits of a start gets beyond them, to say what has taken too long. */
const ANSWER_GRACE = 2500;

/** Milliseconds that a host with others on it gets to cut a start short, before all of them are terminated. */
const CUT_GRACE = 1000;

/** `again`: another controller took its loop along before anything of its own was made, so that it may have its start on a new one. */
export type StartOutcome =
  { readonly ok: true; readonly ready: ReadyFacts } | { readonly ok: false; readonly error: unknown; readonly again?: boolean };

/** What the controller wants to hear. */
export interface SessionEvents {
  /** Everything that is not about starting and stopping. */
  message(message: FromHost): void;
  /** It died by itself after it was ready. */
  crashed(error: unknown): void;
}

/** Whose session it is. */
export interface SessionOwner {
  /** For messages. */
  readonly name: string;
  /** The same for all its sessions. */
  readonly owner: symbol;
  readonly events: SessionEvents;
  /** What its server has said, for the errors of a start. */
  readonly output: () => readonly LogLine[];
}

type Status = 'starting' | 'running' | 'stopping' | 'over';

export class Session implements LinkMember {
  readonly name: string;
  readonly owner: symbol;
  readonly id: ControllerId;
  readonly link: Link;
  readonly #command: StartCommand;
  readonly #events: SessionEvents;
  readonly #output: () => readonly LogLine[];
  readonly #progress: StartProgress;
  #status: Status = 'starting';
  /** What the host says that it has cut, until its whole report comes. */
  #cut: readonly CutConnection[] = [];
  #started: ((outcome: StartOutcome) => void) | undefined;
  #stopped: ((result: CloseResult) => void) | undefined;
  readonly #limit = new Limit(() => {
    this.tick();
  });

  constructor(link: Link, command: StartCommand, owner: SessionOwner) {
    this.name = owner.name;
    this.owner = owner.owner;
    this.id = command.id;
    this.link = link;
    this.#command = command;
    this.#events = owner.events;
    this.#output = owner.output;
    this.#progress = new StartProgress({ name: owner.name, form: command.target.form }, command.options, link);
  }

  get phase(): StartPhase {
    return this.#progress.phase;
  }

  /** What it waits for while it starts, in sentences. */
  get awaited(): string {
    return stillAwaitedIn(this.#progress);
  }

  /** When the present wait is over, on the clock of `now()`. */
  get deadline(): number {
    return this.#limit.deadline;
  }

  /** Whether the host may be waiting for this thread, which compiles its modules: time in which this thread was blocked is not the server's. */
  get #waitsForThisThread(): boolean {
    return this.#status === 'starting' && this.#progress.loading;
  }

  /** What became of its loop. */
  loopBehind(): LoopBehind {
    return { companions: this.link.companionsOf(this), alive: this.link.alive };
  }

  /** Starts; `done` is called once. After a failure the loop has been left, or ended where it was this controller's own. */
  start(done: (outcome: StartOutcome) => void): void {
    this.#started = done;
    this.link.hold();
    this.link.join(this.id, this);
    const { readyTimeout, loadTimeout } = this.#command.options;
    // A host that keeps the limits tells nothing of its phases: they may have begun before this session did.
    this.#limit.set(this.link.handle.keepsLimits === true ? loadTimeout + readyTimeout + ANSWER_GRACE : loadTimeout);
    this.link.post(this.#command);
  }

  /** Cuts a start short; its outcome becomes `error`. */
  abandon(error: unknown): void {
    if (this.#status === 'starting') this.#failStart(error, 'ask');
  }

  /** Stops the server and leaves the loop, which ends with its last controller; `done` is called once, at the latest when the bound has passed. */
  stop(timeout: number, done: (result: CloseResult) => void): void {
    this.#status = 'stopping';
    this.#stopped = done;
    this.link.hold();
    this.#limit.set(timeout + STOP_GRACE);
    this.link.post({ type: 'stop', id: this.id, timeout, kept: this.link.kept });
    // Along with the stop, not after its answer: by then this thread may be busy with the ends of its clients' connections.
    if (!this.link.neededBeside(this.id)) this.link.announceEnd();
  }

  /** Acts on a limit that has passed. The blocking forms call it; a timer does otherwise. */
  tick(): void {
    const { late } = this.#limit;
    if (late < 0) return;
    // The answer may be there already, and only this thread was too busy to hear it.
    this.link.drain();
    if (now() < this.#limit.deadline) return;
    const { allowance } = this.#progress;
    if (debuggerAttached()) this.#limit.set(1000);
    else if (late > VERY_LATE && this.#waitsForThisThread) this.#limit.set(Math.min(late, this.#command.options.loadTimeout));
    else if (this.#status === 'starting' && allowance.owed > 0) this.#limit.set(allowance.take() - late);
    else if (this.#limit.forgive(late)) return;
    else if (this.#status === 'starting') this.#failStart(this.#explained(timeoutError(this.#progress)), 'terminate');
    else if (this.#status === 'stopping') this.#forceStop();
  }

  /**
   * Blocks this thread until `until()` holds or `deadline()` (on the clock of `now()`) has passed. What timers and exit events would bring about
   * otherwise happens meanwhile.
   * @returns whether `until()` holds
   */
  wait(until: () => boolean, deadline: () => number): boolean {
    const { link } = this;
    const endDeadline = (): number => (link.gone ? Infinity : link.endDeadline);
    for (;;) {
      link.wait(
        () => until() || endDeadline() === 0,
        () => Math.min(deadline(), link.deadline, endDeadline()),
      );
      if (until()) return true;
      if (endDeadline() <= now()) link.assumeGone();
      else if (deadline() <= now()) return false;
      else link.tick();
    }
  }

  receive(message: FromHost): void {
    // Exit handlers print when all else is over.
    if (this.#status === 'over' && message.type !== 'logged') return;
    switch (message.type) {
      case 'phase':
        this.#enter(message.phase);
        break;
      case 'started':
        this.#succeed(message.ready);
        break;
      case 'startFailed':
        this.#failStart(this.#explained(decodeError(message.error, this.name)), 'left');
        break;
      case 'cut':
        this.#cut = message.connections;
        break;
      case 'stopped':
        this.#closed(message.report);
        break;
      case 'logged':
        if (message.line.id === undefined || message.line.id === this.id) this.#events.message(message);
        break;
      default:
        this.#events.message(message);
    }
  }

  ended(end: LinkEnd): void {
    const status = this.#status;
    if (status === 'starting') {
      const error = this.#explained(startEndError(end, this.#progress));
      const again = end.culprit !== undefined && this.#progress.loading;
      this.#settle();
      this.link.end(() => {
        this.#finishStart({ ok: false, error, again });
      });
    } else if (status === 'stopping') {
      this.#settle();
      const { crashed, result } = endOfStop(end, { id: this.id, ran: this.#started === undefined, cut: this.#cut });
      if (crashed) this.#events.crashed(endError(this.name, end));
      this.link.end(() => {
        this.#finishStop(result);
      });
    } else if (status === 'running') {
      this.#settle();
      this.#events.crashed(endError(this.name, end));
    }
  }

  #enter(phase: StartPhase): void {
    if (this.#status !== 'starting' || phase === this.phase) return;
    this.#progress.enter(phase);
    if (phase === 'factory') this.#limit.set(this.#command.options.readyTimeout);
  }

  #succeed(ready: ReadyFacts): void {
    if (this.#status !== 'starting') return;
    this.#status = 'running';
    this.#limit.clear();
    this.link.release();
    this.#finishStart({ ok: true, ready });
  }

  /**
   * `left`: the host has cleaned up by itself. `ask`: it shall, quickly; while it loads it cannot. `terminate`: it had its time. Where the
   * loop serves others it is asked all the same, for their sake.
   */
  #failStart(error: unknown, how: 'left' | 'ask' | 'terminate'): void {
    if (this.#status !== 'starting') return;
    const finish = (): void => {
      this.#finishStart({ ok: false, error });
    };
    if (how === 'left') {
      this.#settle();
      this.#leave(finish);
    } else if ((how === 'terminate' || this.#progress.loading) && !this.link.neededBeside(this.id)) {
      this.#settle();
      this.link.leave(this.id);
      this.link.terminate(this.name, finish);
    } else {
      this.#status = 'stopping';
      this.#stopped = finish;
      this.#limit.set(CUT_GRACE);
      this.link.post({ type: 'stop', id: this.id, timeout: 0, kept: this.link.kept });
    }
  }

  #closed(report: CloseReport): void {
    if (this.#status !== 'stopping') return;
    this.#settle();
    this.#leave(() => {
      const { cutShort, exitError } = this.link;
      const rung = report.forced ? 'cut' : 'closed';
      this.#finishStop({ ...report, rung, ...(cutShort ? { forced: true, rung: 'terminated' } : {}), exitError });
    });
  }

  #forceStop(): void {
    this.#settle();
    this.link.leave(this.id);
    this.link.terminate(this.name, () => {
      this.#finishStop({ forced: true, rung: 'terminated', cut: this.#cut });
    });
  }

  #leave(done: () => void): void {
    this.link.leave(this.id);
    this.link.endUnlessNeeded(done);
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
    if (this.#status === 'starting' || this.#status === 'stopping') this.link.release();
    this.#status = 'over';
    this.#limit.clear();
  }

  /** What the server said before it failed is often why. */
  #explained(error: unknown): unknown {
    const explained = explainMainScript(error, { name: this.name, phase: this.phase, file: this.#command.target.file });
    if (this.link.handle.kind === 'thread') tellThreadLimit(explained, this.name);
    tellOutput(explained, this.name, this.#output());
    return explained;
  }
}
