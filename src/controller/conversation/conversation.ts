/**
 * What test and server say to each other while a controller runs: calls, events, logs. Test side.
 */
import type { EventEmitter } from 'node:events';
import { ServerCrashedError, StoppedError } from '../../errors/errors';
import { isOwnFrame, withoutOwnFrames } from '../../errors/frames';
import { decodeError } from '../../protocol/errors';
import type { FromHost, LoggedText } from '../../protocol/messages';
import { decode, type Encoded } from '../../protocol/values';
import { withCallSite, type CallSite } from '../../remote/call-site';
import type { CallChannel } from '../../remote/call-channel';
import { RemoteCalls } from '../../remote/calls';
import { createRemote, createRemoteSync } from '../../remote/proxy';
import type { LogBook, LogLine } from '../report/log-book';
import { withPlace } from '../source/place';
import { Questions } from './questions';
import type { Session } from '../session/session';
import type { ServerError } from '../surroundings';
import { awaitedEvents, isHeard, tell } from '../typed-emitter';
import { Waits } from './waits';

const AFTER_CRASH = 'Look at the `cause` for what it died of; restart() makes a new one.';

export interface ConversationOptions {
  readonly name: string;
  readonly logBook: LogBook;
  /** Whether output is printed at once. */
  readonly live: boolean;
  /** Milliseconds that a blocking call waits. */
  readonly syncTimeout: number;
  /** Stops the controller: its server side asks for it. */
  stop(): void;
}

const NOTHING = 'so nothing on its server side can be called';

const ABSENCES = {
  unstarted: (name: string) =>
    `${name} has not been started yet, ${NOTHING}. Start it first; where useController() does, call in tests and in hooks below it; not in beforeAll under { scope: 'test' }.`,
  failed: (name: string) => `${name} is not running, since its start has failed, ${NOTHING}.`,
  stopped: (name: string) => `${name} is not running, ${NOTHING}. Start it first.`,
};

export class Conversation {
  readonly remote: object;
  readonly remoteSync: object;
  readonly server: object;
  readonly questions = new Questions();
  readonly waits: Waits;
  /** Never aborted here: it speaks on the server side. */
  readonly signal: AbortSignal = new AbortController().signal;
  /** Whether somebody listened for it when it died. */
  crashHandled = false;
  readonly #owner: EventEmitter;
  readonly #options: ConversationOptions;
  #session: Session | undefined;
  /** What came before, where nothing is open. */
  #past: keyof typeof ABSENCES = 'unstarted';
  #calls: RemoteCalls | undefined;
  #crash: ServerCrashedError | undefined;
  /** What it died of, as it came. */
  #death: unknown;
  #serverError: ServerError | undefined;

  constructor(owner: EventEmitter, options: ConversationOptions) {
    this.#owner = owner;
    this.#options = options;
    const { name, logBook } = options;
    this.waits = new Waits({ name, logBook, questions: this.questions, crash: () => this.#crash && this.#crashFor(this.#crash) });
    const channel: CallChannel = {
      call: (asked, site) => (this.#calls === undefined ? Promise.reject(this.#absence(site)) : this.#calls.call(asked, site)),
      callSync: (asked) => {
        if (this.#calls === undefined) throw this.#absence();
        return this.#calls.callSync(asked);
      },
    };
    this.remote = createRemote(channel, 'controller');
    this.remoteSync = createRemoteSync(channel, 'controller');
    this.server = createRemote(channel, 'server');
  }

  open(session: Session): void {
    const { link } = session;
    this.#crash = undefined;
    this.#session = session;
    this.#past = 'stopped';
    this.questions.open(session);
    this.#options.logBook.begin();
    this.#calls = new RemoteCalls({
      id: session.id,
      name: this.#options.name,
      syncTimeout: this.#options.syncTimeout,
      post: (message, transfer) => {
        link.post(message, transfer);
      },
      wait: (until, deadline) => session.wait(until, deadline),
      hold: () => {
        link.hold();
      },
      release: () => {
        link.release();
      },
    });
  }

  receive(message: FromHost): void {
    switch (message.type) {
      case 'emitted':
        this.#emitted(message.event, decodedOrNothing(message.args));
        break;
      case 'logged':
        this.#logged(message.line);
        break;
      case 'handlerError':
        this.#serverError ??= { answered: message.answered, error: message.error && decodeError(message.error, this.#options.name) };
        break;
      case 'flushed':
      case 'loaded':
      case 'idled':
      case 'reviewed':
        this.questions.receive(message);
        break;
      case 'fared':
        this.questions.keep(message);
        break;
      case 'stopRequested':
        this.#options.stop();
        break;
      default:
        this.#calls?.receive(message);
    }
  }

  /** It died: calls in flight and later ones fail with this. */
  crashed(error: unknown): void {
    this.crashHandled = isHeard(this.#owner, 'crashed');
    const crash =
      error instanceof ServerCrashedError
        ? error
        : new ServerCrashedError(`${this.#options.name} has crashed. ${AFTER_CRASH}`, { cause: error });
    this.#crash = crash;
    this.#death = error;
    this.#end((site) => this.#crashFor(crash, site()));
  }

  /** The session is over; calls under way get what `error` gives. A stop has an error for each, which says where the call was made. */
  close(error: () => unknown): void {
    if (!(error() instanceof StoppedError)) this.#past = 'failed';
    this.#end((site) => {
      const end = error();
      return end instanceof StoppedError ? withCallSite(end, site()) : end;
    });
  }

  #end(errorFor: (site: () => CallSite) => unknown): void {
    this.#calls?.rejectAll(errorFor);
    this.#calls = undefined;
    this.#session = undefined;
    this.questions.close();
    this.waits.notify();
  }

  /** All that it has printed, in this start and those before. */
  get output(): readonly LogLine[] {
    return this.#options.logBook.all;
  }

  /** In which test it died, for those that come after. */
  diedIn(test: string): void {
    if (this.#crash === undefined || this.#crash.test !== null) return;
    this.#crash = new ServerCrashedError(`${this.#options.name} has crashed in the test "${test}". ${AFTER_CRASH}`, {
      cause: this.#crash.cause ?? this.#crash,
      exitCode: this.#crash.exitCode,
      test,
    });
  }

  takeServerError(): ServerError | undefined {
    const taken = this.#serverError;
    this.#serverError = undefined;
    return taken;
  }

  /** What its start waits for. */
  get awaited(): string | undefined {
    return this.#session?.awaited;
  }

  /** What the test has waited for since `since`, in epoch milliseconds, and still does: a sentence each. */
  waitedFor(since: number): readonly string[] {
    const waits = [...this.waits.open, ...(this.#calls?.waits ?? [])].filter((wait) => wait.since >= since);
    const events = awaitedEvents(this.#owner, since);
    return [...waits.map((wait) => wait.told()), ...events.map((event) => `${this.#options.name}: the event \`${event}\` had not come.`)];
  }

  /** `site` is where it was asked for, unless the stack tells. */
  #absence(site?: CallSite): Error {
    if (this.#crash !== undefined) return this.#crashFor(this.#crash, site);
    const error = new StoppedError(ABSENCES[this.#past](this.#options.name));
    return site === undefined ? error : withCallSite(error, site);
  }

  /**
   * For a call that a crash ended, or that was made after it: each has its own, since the line of the call is what there is to look at. Only what
   * fails the test itself is given to all calls as it is, so that a report shows it once.
   */
  #crashFor(crash: ServerCrashedError, site?: CallSite): Error {
    const isDeath = crash === this.#death;
    if (isDeath && !this.crashHandled) return crash;
    const { message, cause, exitCode, test } = crash;
    // What has no cause has a stack of its own to look at: that of who called `process.exit()`.
    const error =
      isDeath && cause === undefined
        ? new ServerCrashedError(`${this.#options.name} has crashed. ${AFTER_CRASH}`, { cause: crash, exitCode, test })
        : new ServerCrashedError(message, { cause, exitCode, test });
    return site === undefined ? error : (withPlace(error, site) as Error);
  }

  #emitted(event: string, args: unknown): void {
    if (!Array.isArray(args)) return;
    tell(this.#owner, event, args as unknown[]);
    this.waits.notify();
  }

  #logged(text: LoggedText): void {
    const line = this.#options.logBook.add(text);
    if (text.partial === true) {
      this.waits.notify();
      return;
    }
    if (this.#options.live && !isOwnFrame(line.text))
      process[line.stream].write(`[${this.#options.name}] ${withoutOwnFrames(line.text)}\n`);
    tell(this.#owner, 'log', [line]);
    this.waits.notify();
  }
}

/** Arguments that cannot be read have nobody who could be told: no honest server side sends them. */
function decodedOrNothing(args: Encoded): unknown {
  try {
    return decode(args);
  } catch {
    return undefined;
  }
}
