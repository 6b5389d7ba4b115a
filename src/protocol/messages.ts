/**
 * The wire between a controller (test side) and its host (server side): what may be said, in both directions. Pure types.
 *
 * Every message is structured-cloneable. Values of the user cross as `Encoded` (see values.ts). Commands and their past tense pair up:
 * `start → started | startFailed`, `stop → stopped`, `call → returned | threw`; the rest is unsolicited.
 * Messages of one direction arrive in the order in which they were sent.
 */
import type { StartPhase } from '../errors/errors';
import type { LoaderSettings } from './loader';
import type { Noted } from './noted';
import type { Encoded, EncodedError } from './values';

/** Numbers a controller within its loop. A restarted controller has a new one, so that a late message meets nobody. */
export type ControllerId = number;

/** Where the code of a controller is. */
export interface ModuleTarget {
  /** Absolute path of the module's file. */
  readonly file: string;
  /** `class`: the export is a Controller subclass. `module`: whatever the module exports is an app, a server or what makes one. */
  readonly form: 'class' | 'module';
  /** The export to take; without it the class's name, then default (`class`), or default, then the only one (`module`). */
  readonly export?: string | undefined;
  /** The class's name, for form `class`. */
  readonly className?: string | undefined;
}

/**
 * Where the server shall listen.
 * @category Servers
 */
export interface ListenTarget {
  /** As given, else `127.0.0.1`; it means nothing beside a `path`. */
  readonly hostname: string | undefined;
  /** As given, else 0; the bound one at a restart. */
  readonly port: number;
  /** A Unix socket or Windows pipe, instead of hostname and port. */
  readonly path: string | undefined;
  /** Which of the two the user chose, so that an adopted server can be held to it. */
  readonly given: {
    /** Whether a hostname was given. */
    readonly hostname: boolean;
    /** Whether a port was given. */
    readonly port: boolean;
  };
}

/** What every thread or process is told before anything of the user's is loaded in it. */
export interface BootCommand {
  readonly type: 'boot';
  /** The whole environment of the server side. */
  readonly env: Readonly<Record<string, string>>;
  readonly loader: LoaderSettings;
  /** Modules to replace: resolved target file or builtin name → absolute file of its replacement. */
  readonly mocks: Readonly<Record<string, string>>;
  /** How many frames the test side keeps of an error: Jest has its tests keep a hundred, Node keeps ten. */
  readonly stackTraceLimit: number;
  /** What threads have found out about modules since this one was made. */
  readonly found?: readonly SharedArrayBuffer[] | undefined;
}

/** Values of the options as in effect; the server side reads no variable again. Milliseconds. */
export interface EffectiveOptions {
  readonly readyTimeout: number;
  readonly loadTimeout: number;
  readonly stopTimeout: number;
}

export interface StartCommand {
  readonly type: 'start';
  readonly id: ControllerId;
  readonly target: ModuleTarget;
  readonly listen: ListenTarget;
  readonly options: EffectiveOptions;
  readonly data: Encoded;
  /** Report every handler error that a framework swallowed. */
  readonly watchErrors: boolean;
}

export interface StopCommand {
  readonly type: 'stop';
  readonly id: ControllerId;
  /** Milliseconds that open connections and the `close` hook get before they are cut. */
  readonly timeout: number;
  /** The loop lives on when its last controller has stopped. */
  readonly kept: boolean;
}

/** What a remote call reaches. */
export type CallSubject = 'controller' | 'server';

export interface CallCommand {
  readonly type: 'call';
  readonly id: ControllerId;
  readonly call: number;
  readonly subject: CallSubject;
  readonly member: string;
  /** `apply` calls the member when it is a function and reads it otherwise; `set` assigns `args[0]`. */
  readonly verb: 'apply' | 'get' | 'set';
  readonly args: Encoded;
}

/** The answer of a function that the test side had handed over. */
export interface CallbackAnswer {
  readonly type: 'callbackAnswer';
  readonly id: ControllerId;
  readonly callback: number;
  readonly outcome: Outcome;
  /** Nobody is there any more who could answer; whoever made the call need not handle that. */
  readonly orphaned?: true;
}

/** Asks for an answer behind everything said before: `flush → flushed`. */
export interface FlushCommand {
  readonly type: 'flush';
  readonly id: ControllerId;
  readonly token: number;
}

/** Asks which requests of a controller are in flight: `idle → idled`, sent when there are none or `timeout` ms have passed. */
export interface IdleCommand {
  readonly type: 'idle';
  readonly id: ControllerId;
  readonly token: number;
  readonly timeout: number;
}

/** Asks how a controller's server has fared since `since` (epoch ms): `review → reviewed`. */
export interface ReviewCommand {
  readonly type: 'review';
  readonly id: ControllerId;
  readonly token: number;
  readonly since: number;
}

/** Asks which of these files are modules that the server's side has loaded, by `require`: `lookUp → loaded`. */
export interface LookUpCommand {
  readonly type: 'lookUp';
  readonly id: ControllerId;
  readonly token: number;
  readonly files: readonly string[];
}

/** The last command: the loop ends as soon as it can, behind the stops that are under way. */
export interface EndCommand {
  readonly type: 'end';
}

export type ToHost =
  | BootCommand
  | StartCommand
  | StopCommand
  | CallCommand
  | CallbackAnswer
  | FlushCommand
  | IdleCommand
  | ReviewCommand
  | LookUpCommand
  | EndCommand;

export type Outcome = { readonly ok: true; readonly value: Encoded } | { readonly ok: false; readonly error: EncodedError };

/**
 * The bound address: what the server's own `address()` gives. A string is a Unix socket or pipe.
 * @category Controller
 */
export type BoundAddress = SocketAddress | string;

/**
 * The address of a network socket.
 * @category Controller
 */
export interface SocketAddress {
  /** The IP address, e.g. `127.0.0.1`. */
  readonly address: string;
  /** `IPv4` or `IPv6`. */
  readonly family: string;
  /** The bound port. */
  readonly port: number;
}

/**
 * A connection that stop had to cut.
 * @category Reports
 */
export interface CutConnection {
  /** The client's address, e.g. `127.0.0.1:54321`, or the socket's path. */
  readonly peer: string;
  /** e.g. `http`, `http2`, `websocket`, `tcp`, `tls`. */
  readonly protocol: string;
  /** Bytes read from and written to it. */
  readonly bytes: number;
  /** Milliseconds since it was opened. */
  readonly age: number;
  /** The request that was in flight, e.g. `GET /users`. */
  readonly request?: string | undefined;
}

/**
 * Something of the server's that was still alive at stop.
 * @category Reports
 */
export interface Leftover {
  /** e.g. `Timeout`, `Immediate`, `FSWatcher`, `Socket`. */
  readonly type: string;
  /** Where it was made, as a stack line, when known. */
  readonly madeAt?: string | undefined;
}

/** What stopping the server itself took; the test side completes it to the public `StopReport`. */
export interface CloseReport {
  readonly forced: boolean;
  readonly ms: number;
  readonly cut: readonly CutConnection[];
  readonly timers: readonly Leftover[];
  readonly handles: readonly Leftover[];
  readonly closeError?: EncodedError | undefined;
}

export interface ReadyFacts {
  readonly address: BoundAddress | null;
  readonly url: string | null;
}

export type FromHost =
  /** A start has come to its next phase; the first of them says that the host has booted. */
  | { readonly type: 'phase'; readonly id: ControllerId; readonly phase: StartPhase }
  | { readonly type: 'started'; readonly id: ControllerId; readonly ready: ReadyFacts }
  | { readonly type: 'startFailed'; readonly id: ControllerId; readonly error: EncodedError }
  /** What `review` would have told of a server that is about to stop, has not started, or dies; not sent where there is nothing. */
  | {
      readonly type: 'fared';
      readonly id: ControllerId;
      readonly failed: readonly Noted[];
      readonly sent: readonly Noted[];
      readonly handled: readonly Noted[];
    }
  /** A stop has just cut these; what follows, in the server's own code, may take longer than the test side waits. */
  | { readonly type: 'cut'; readonly id: ControllerId; readonly connections: readonly CutConnection[] }
  | { readonly type: 'stopped'; readonly id: ControllerId; readonly report: CloseReport }
  /** The server asked to be stopped from inside. */
  | { readonly type: 'stopRequested'; readonly id: ControllerId }
  | { readonly type: 'returned'; readonly id: ControllerId; readonly call: number; readonly value: Encoded }
  | { readonly type: 'threw'; readonly id: ControllerId; readonly call: number; readonly error: EncodedError }
  | {
      readonly type: 'callback';
      readonly id: ControllerId;
      readonly callback: number;
      readonly function: number;
      readonly args: Encoded;
    }
  /** The server side holds a handed-over function no more; `received` times it had come, and one more may be on its way. */
  | { readonly type: 'callbackDropped'; readonly id: ControllerId; readonly function: number; readonly received: number }
  | { readonly type: 'emitted'; readonly id: ControllerId; readonly event: string; readonly args: Encoded }
  | { readonly type: 'logged'; readonly line: LoggedText }
  /** A child process of the server's that would outlive a host which is ended by force: it runs now, or no more. */
  | { readonly type: 'child'; readonly pid: number; readonly runs: boolean }
  /** It ends in order, has done all that is the user's, and now gathers its coverage, which takes its time: `ended` comes next. */
  | { readonly type: 'covering' }
  /** A handler error that the server survived; only under `watchErrors`. `answered` is the request and its status: `GET /users with 500`. */
  | { readonly type: 'handlerError'; readonly id: ControllerId; readonly answered: string; readonly error?: EncodedError | undefined }
  | { readonly type: 'flushed'; readonly id: ControllerId; readonly token: number }
  | { readonly type: 'loaded'; readonly id: ControllerId; readonly token: number; readonly files: readonly string[] }
  | { readonly type: 'idled'; readonly id: ControllerId; readonly token: number; readonly inFlight: readonly Noted[] }
  /**
   * Whether it has closed without a stop, and whether its loop goes by a fake clock; the latest requests that it answered with 500 or more,
   * `GET /users with 500`; those that its loop has sent to other hosts, `GET https://example.org/keys`; and the errors that nothing on the loop
   * caught, of which a handler of its own kept it alive.
   */
  | {
      readonly type: 'reviewed';
      readonly id: ControllerId;
      readonly token: number;
      readonly closed: boolean;
      readonly fakeClock: boolean;
      readonly failed: readonly string[];
      readonly sent: readonly string[];
      readonly handled: readonly string[];
    }
  /** An uncaught error ends the loop; `ending`: an exit handler's, in an end that was in order until then. */
  | { readonly type: 'crashed'; readonly error: EncodedError; readonly ending?: boolean }
  /**
   * The last message of a host that ends in order or by `process.exit`; coverage where it was collected. `exitedAt`: the frames of the
   * user's that led to `process.exit`, with line breaks between them. `handled`: an error that a handler of its own had been given shortly
   * before. `stops`: the controllers whose stops were under way.
   */
  | {
      readonly type: 'ended';
      readonly code: number;
      readonly exitedAt?: string | undefined;
      readonly handled?: EncodedError | undefined;
      readonly stops?: readonly ControllerId[] | undefined;
      readonly coverage?: HostCoverage | undefined;
    };

/** A piece of output of the server side. `time` is in epoch milliseconds; `id` where it is known whose it is. */
export interface LoggedText {
  readonly stream: 'stdout' | 'stderr';
  readonly time: number;
  readonly text: string;
  readonly id?: ControllerId | undefined;
  /** The line has not come to its end; it comes again, longer. */
  readonly partial?: boolean | undefined;
}

/** What the server side covered: istanbul's counters by file (`PackedCoverage`), or V8's script coverage with the code that it speaks of. */
export type HostCoverage =
  { readonly provider: 'babel'; readonly map: unknown } | { readonly provider: 'v8'; readonly scripts: readonly unknown[] };
