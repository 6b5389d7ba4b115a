/**
 * `Controller`: a server on an event loop of its own, started and stopped from here. Test side.
 *
 * The idea and the name come from asyncio's proposed Controller (CPython pull request 1492).
 */
import { brand } from '../errors/brand';
import { unexpected } from '../errors/unexpected';
import type { Loop } from '../loop/loop';
import { ThreadLoop } from '../loop/thread-loop';
import { classNameOf } from '../protocol/class-name';
import type { BoundAddress, FromHost, ModuleTarget } from '../protocol/messages';
import { captureCallSite } from '../remote/call-site';
import type { Remote, RemoteServer, RemoteSync } from '../remote/types';
import type { Truthy } from '../remote/wait-for';
import type { ServerAdapter } from '../server/types';
import { hideUnwrittenConstructors, readAt } from './source/call-site';
import { Conversation } from './conversation/conversation';
import { showByState } from './inspected';
import { judgeLeftovers } from './leaks';
import { Lifecycle, type ControllerState } from './lifecycle';
import { locateClass, rememberClass } from './source/locate-class';
import { LogBook, type LogLine } from './report/log-book';
import { readSettings, type ControllerOptions, type Settings } from './options/options';
import { openSession } from './open-session';
import { refuseHidingMembers, refuseMissingFactory } from './refusals';
import type { Served, ServerLike } from './server-like';
import { readLate, type LateOptions } from './options/late-options';
import type { Session, SessionEvents } from './session/session';
import type { Given, Started, StartOptions } from './started';
import { CALLED, SET_LATE, SETTINGS, TARGET, TRACKED } from './internals';
import type { StopReport } from './report/stop-report';
import { surroundings, type TrackedController } from './surroundings';
import { trackable } from './trackable';
import { Transitions } from './transitions';
import type { WaitForOptions } from './options/wait-options';
import { sayUnheard } from './unheard-crash';
import { tell, TypedEmitter, type AnyEvents, type OwnEvents } from './typed-emitter';

/**
 * Runs a server in the background and lets the foreground start and stop it reliably. Override `factory()`, and export the class.
 *
 * The class is loaded twice: on the test side, where `start`, `stop`, `port`, `url` and `remote` live, and beside the server, where
 * `factory()` and the methods run. Closures, module state and mocks do not cross. A constructor of a subclass passes hostname, port and
 * options through, and takes its own values as `data`.
 *
 * It is a daemon: a controller that nobody stops keeps no process alive. That holds for a mere `await once(controller, 'event')`, too; in a
 * script of its own, what shall go on waiting needs `waitFor`, a remote call, or a timer beside it.
 * @typeParam Data the type of the option `data`
 * @typeParam Events the events that the server side emits: name to arguments, e.g. `{ mail: [text: string] }`; any by default
 * @category Controller
 * @example
 * export class EchoController extends Controller {
 *   factory() {
 *     return createServer((socket) => socket.pipe(socket));
 *   }
 * }
 * const echo = await new EchoController('127.0.0.1', 8025).start();
 */
export abstract class Controller<Data = undefined, Events = AnyEvents> extends TypedEmitter<Events> {
  /**
   * Where the class is, as a path or file URL, for modules that the package cannot find by itself: `static readonly module = import.meta.url`,
   * in CommonJS `__filename`. Only the class's own counts, not an inherited one.
   * @defaultValue found by itself, in the module registry or where V8 says
   */
  declare static readonly module?: string;
  /**
   * Adapters for servers of the user's own make; they are asked before the built-in ones, on the server side.
   * @defaultValue none
   */
  declare static readonly adapters?: readonly ServerAdapter<never>[];

  #settings: Settings;
  readonly #loop: Loop;
  readonly #lifecycle: Lifecycle;
  readonly #conversation: Conversation;
  readonly #logBook = new LogBook();
  readonly #identity = Symbol('controller');
  readonly #tracked: TrackedController;
  readonly #transitions: Transitions;
  #session: Session | undefined;

  /**
   * Makes a controller that does not run yet: no thread, no socket, nothing of the module loaded beside a server.
   * @param hostname passed unchanged to the server's listen call; default `127.0.0.1`
   * @param port passed unchanged to the server's listen call, 0 to 65535; default 0, a free one
   * @param options all durations are in milliseconds
   * @throws {@link InvalidOptionError} for a wrong type or value, before any thread is made
   */
  constructor(hostname?: string, port?: number, options: ControllerOptions<Data> = {}) {
    super();
    try {
      this.#settings = readSettings(hostname, port, options);
    } catch (error) {
      hideUnwrittenConstructors(error, new.target);
      throw error;
    }
    this.#loop = this.#settings.loop ?? new ThreadLoop();
    rememberClass(new.target);
    // `exports.Api = class extends Controller { … }` has none.
    const name = (options as { [CALLED]?: string })[CALLED] ?? (classNameOf(new.target) || 'Controller');
    this.#conversation = new Conversation(this, {
      name,
      logBook: this.#logBook,
      live: this.#settings.logs === 'live',
      syncTimeout: this.#settings.syncTimeout,
      stop: () => {
        // What stop throws under `leaks: 'fail'` has nobody to hear it; the environment reports it.
        (async () => {
          // An override may give no promise, and throw.
          await this.stop();
        })().catch(() => undefined);
      },
    });
    this.#tracked = trackable(this, {
      name,
      settings: this.#settings,
      conversation: this.#conversation,
      life: () => this.#lifecycle,
      stop: () => this.#transitions.stop(captureCallSite()),
    });
    this.#lifecycle = new Lifecycle({
      name,
      stopTimeout: this.#settings.stopTimeout,
      open: (events, port) => this.#open(name, events, port),
      message: (message: FromHost) => {
        this.#conversation.receive(message);
      },
      ready: () => {
        this.#announce('ready');
      },
      stopped: (report) => {
        this.#announce('stopped', report);
      },
      crashed: (error) => {
        this.#conversation.crashed(error);
        sayUnheard(this.#tracked, error);
        this.#announce('crashed', error);
      },
      sessionOver: (error) => {
        this.#conversation.close(error);
      },
    });
    this.#transitions = new Transitions({
      controller: this,
      lifecycle: this.#lifecycle,
      judge: (report) => {
        judgeLeftovers(this.#tracked, report, this.#session?.loopBehind());
      },
    });
  }

  /**
   * Makes the server: the one method to override. It runs on the server side, once a start, and returns a new server each time; hostname
   * and port are applied to what it returns. What it throws or rejects with is what `start()` rejects with.
   * @returns a server of any kind that the package knows (see {@link ServerLike}), or a promise of one
   */
  abstract factory(): ServerLike | Promise<ServerLike>;

  /**
   * Optional hook on the server side, awaited in stop before connections are cut, for no longer than `stopTimeout`. What it throws is the
   * report's `closeError`, and so is that it took longer; the option `leaks` says who is told. After a start that failed, other
   * than by a limit or a `stop()`, it runs as well, on what `factory()` has made until then, for up to a quarter of a second; what it throws
   * there is not told.
   */
  close?(): void | Promise<void>;

  /** The hostname as given; `127.0.0.1` without one. Both sides. */
  get hostname(): string {
    return this.#settings.hostname;
  }

  /** The bound port while running, else the one given; 0 without one. Both sides. */
  get port(): number {
    return this.#lifecycle.port ?? this.#ofRunning('port', this.#settings.port);
  }

  /** The bound address as the server's own `address()` gives it; null when it is not running. */
  get address(): BoundAddress | null {
    const address = this.#lifecycle.facts?.address ?? null;
    return typeof address === 'object' && address !== null ? { ...address } : this.#ofRunning('address', address);
  }

  /** Where a client reaches it, e.g. `http://127.0.0.1:4242`; null when it is not running. */
  get url(): string | null {
    return this.#ofRunning('url', this.#lifecycle.facts?.url ?? null);
  }

  /** Where it is in its life: `idle` until the first start. */
  get state(): ControllerState {
    return this.#lifecycle.state;
  }

  /** What it crashed with: the error itself, or a `ServerCrashedError` for an exit or out of memory; undefined otherwise. */
  get error(): unknown {
    return this.#lifecycle.error;
  }

  /** The event loop that it runs on: the one given, else a `ThreadLoop` of its own. */
  get loop(): Loop {
    return this.#loop;
  }

  /** The option `data`: on the test side the very value, on the server side a copy of it. */
  get data(): Data {
    return this.#settings.data as Data;
  }

  /** Milliseconds from "module loaded" to listening, as in effect. @defaultValue 5000 */
  get readyTimeout(): number {
    return this.#settings.readyTimeout;
  }

  /** Milliseconds for the loop to boot and the module to load, as in effect. @defaultValue 60000 */
  get loadTimeout(): number {
    return this.#settings.loadTimeout;
  }

  /** Milliseconds that busy connections and the `close` hook get at stop, as in effect. @defaultValue 1000 */
  get stopTimeout(): number {
    return this.#settings.stopTimeout;
  }

  /** The server's output since its last start began, oldest line first; at most the last 100,000 lines. */
  get logs(): readonly LogLine[] {
    return this.#logBook.lines;
  }

  /** Aborted when stop begins, on the server side; the test side's is never aborted. */
  get signal(): AbortSignal {
    return this.#conversation.signal;
  }

  /** On the server side the real server; here null, or while running a remote handle to it. */
  get server(): RemoteServer<Served<Awaited<ReturnType<this['factory']>>>> | null {
    return this.#lifecycle.facts === undefined
      ? this.#ofRunning('server', null)
      : (this.#conversation.server as RemoteServer<Served<Awaited<ReturnType<this['factory']>>>>);
  }

  /**
   * Typed calls into the controller on the server side: `await controller.remote.method(argument)`, `await controller.remote.field`.
   *
   * Arguments and results are copies. A call rejects with what the method threw; with `StoppedError` where nothing runs, or when it is
   * stopped meanwhile; with `ServerCrashedError` when the server dies; with `RemoteError` for a name that is not there or a value that
   * cannot cross.
   */
  get remote(): Remote<this> {
    return this.#conversation.remote as Remote<this>;
  }

  /** As `remote`, blocking this thread until the answer is there; it throws what `remote` would reject with. */
  get remoteSync(): RemoteSync<this> {
    return this.#conversation.remoteSync as RemoteSync<this>;
  }

  /**
   * Resolves when the server listens. While it starts or runs, a second call changes nothing; after stop, crash or failure it starts anew.
   * @typeParam C the controller, of whose address it is known that it is there; an override promises `this`
   * @param options its `signal` ends this caller's wait, and the start when nobody else waits for it
   * @returns the controller
   * @throws the error that prevented it, itself: what the module or `factory()` threw, what `listen` failed with. Its `stack` shows the
   * server's last output. Nothing is left behind.
   * @throws {@link ReadyTimeoutError} when `loadTimeout` or `readyTimeout` has passed
   * @throws {@link ModuleLoadError} when the module could not be used
   * @throws {@link FactoryError} when `factory()` gave no server
   * @throws {@link StoppedError} when `stop()` came first
   */
  start<C extends this = Started<this>>(options?: StartOptions): Promise<Given<C>>;
  /** What an override may promise: a type parameter is compared as `any` where a method has two signatures. @hidden */
  start(options?: StartOptions): Promise<this>;
  start(options?: StartOptions): Promise<this> {
    return this.#transitions.start(options, captureCallSite()) as Promise<this>;
  }

  /**
   * Stops the server and the loop, if it is this controller's own or nobody else is on it. Safe in every state, and bounded by
   * `stopTimeout` and a short grace.
   * @returns what stopping took, and what had to be cut
   * @throws {@link LeakError} under the option `leaks: 'fail'` only, when all is stopped and something had been left alive
   */
  stop(): Promise<StopReport> {
    return this.#transitions.stop(captureCallSite());
  }

  /**
   * Stops, and starts on the port that was bound, even if 0 was asked; works after a crash too. The server side's instance is a new one.
   * @throws what `start()` and `stop()` throw
   */
  restart<C extends this = Started<this>>(): Promise<Given<C>>;
  /** @hidden */
  restart(): Promise<this>;
  restart(): Promise<this> {
    return this.#transitions.restart(() => this.start(), captureCallSite());
  }

  /** `start()`, blocking this thread. @throws what `start()` rejects with */
  startSync<C extends this = Started<this>>(): Given<C>;
  /** @hidden */
  startSync(): this;
  startSync(): this {
    this.#transitions.startSync(captureCallSite());
    return this;
  }

  /** `stop()`, blocking this thread. @throws what `stop()` rejects with */
  stopSync(): StopReport {
    return this.#transitions.stopSync();
  }

  /**
   * Waits until `check(remote)` gives a truthy value, looking again after each event of the server and at growing intervals. What `check`
   * throws ends the wait.
   * @param check runs on the test side
   * @param options its `timeout` is in milliseconds; default 5000
   * @returns that value
   * @throws {@link RemoteError} when the time is over, with the last value that was seen
   * @throws {@link StoppedError} when its test file is over
   * @throws {@link InvalidOptionError} when `check` is no function
   */
  waitFor<Value>(check: (remote: Remote<this>) => Value | Promise<Value>, options?: WaitForOptions): Promise<Truthy<Value>> {
    if (typeof check !== 'function') return Promise.reject(unexpected('check', 'a function', check));
    return this.#conversation.waits.until(() => check(this.remote), options);
  }

  /**
   * Waits for a line of output that matches. Lines that are in `logs` already count.
   * @param pattern is tried on the text of each line; a string is looked for as it is
   * @param options its `timeout` is in milliseconds; default 5000
   * @returns the first line that matches
   * @throws {@link RemoteError} when the time is over, with the last lines of output
   * @throws {@link StoppedError} when its test file is over
   * @throws {@link ServerCrashedError} at once when the server dies, or has died, without such a line
   * @throws {@link InvalidOptionError} when `pattern` is neither
   */
  waitForLog(pattern: RegExp | string, options?: WaitForOptions): Promise<LogLine> {
    return this.#conversation.waits.untilLogged(pattern, options);
  }

  /**
   * Waits until no HTTP request is in flight on the server; at once when it is not running. Events and calls of the test's functions that the server
   * made until then have come, too.
   * @param options its `timeout` is in milliseconds; default 5000
   * @throws {@link StoppedError} when the time is over, naming the requests; when the server does not answer, as where its event loop is blocked
   */
  idle(options?: WaitForOptions): Promise<void> {
    return this.#conversation.waits.untilIdle(options);
  }

  /** `stop()`, for `await using controller = await new MyController().start()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** @internal */
  get [SETTINGS](): Settings {
    return this.#settings;
  }

  /** @internal */
  [SET_LATE](options: LateOptions): void {
    this.#settings = { ...this.#settings, ...readLate(options) };
  }

  /** @internal */
  get [TRACKED](): TrackedController {
    return this.#tracked;
  }

  /** Where the code is. @internal */
  [TARGET](): ModuleTarget {
    return locateClass(this.constructor as abstract new () => unknown, surroundings()?.testPath);
  }

  /** Lets a failing test say that it has read what there is while the server runs only. */
  #ofRunning<Value>(member: string, value: Value): Value {
    const { state } = this;
    if ((value === null || value === 0) && state !== 'running' && state !== 'crashed') {
      surroundings()?.readIdle?.(this.#tracked, { member, value, place: () => readAt(this) });
    }
    return value;
  }

  /** A session for the next start: `port` is the one that a restart keeps. */
  #open(name: string, events: SessionEvents, port: number | undefined): Session {
    refuseMissingFactory(this, name);
    refuseHidingMembers(this, Controller.prototype, name);
    const session = openSession({
      target: this[TARGET](),
      settings: this.#settings,
      loop: this.#loop,
      port,
      // What is printed at once needs no second showing, and what shall be silent none.
      owner: { name, owner: this.#identity, events, output: () => (this.#settings.logs === 'on-failure' ? this.#logBook.lines : []) },
    });
    this.#session = session;
    this.#conversation.open(session);
    surroundings()?.changed(this.#tracked);
    return session;
  }

  #announce<Name extends keyof OwnEvents>(event: Name, ...args: OwnEvents[Name]): void {
    surroundings()?.changed(this.#tracked);
    tell(this, event, args);
  }
}

showByState(Controller.prototype);
brand(Controller, 'Controller');
