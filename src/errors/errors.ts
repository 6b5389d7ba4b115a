/**
 * The errors that this package raises. Both sides; imports nothing of other rooms.
 *
 * Each has a literal `code`, keeps its `cause`, and carries its facts as fields. Messages say what failed, where, after how long and what
 * to change. What their constructors take is the language's `ErrorOptions`, written out: the library of targets before ES2022 lacks the name.
 */
import { brand } from './brand';
import { hideOwnFrames } from './frames';

/**
 * The `code` of each error, to compare with instead of texts.
 * @category Errors
 */
export type ControllerErrorCode =
  | 'ERR_READY_TIMEOUT'
  | 'ERR_FACTORY'
  | 'ERR_MODULE_LOAD'
  | 'ERR_SERVER_CRASHED'
  | 'ERR_STOPPED'
  | 'ERR_INVALID_OPTION'
  | 'ERR_USAGE'
  | 'ERR_REMOTE'
  | 'ERR_LEAK';

/**
 * The base of all errors that this package raises; errors of the user's own server come as themselves. `instanceof` holds for all of them
 * inside Jest tests and across copies of the package.
 * @category Errors
 */
export class ControllerError extends Error {
  /** Which error it is, whatever its text. */
  readonly code: ControllerErrorCode;

  constructor(code: ControllerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    // Not enumerable, as with built-in errors, so that it is not listed among the facts when the error is printed.
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true, writable: true });
    hideOwnFrames(this);
  }
}

/**
 * The step of a start that a limit cut: `boot` and `load` under `loadTimeout`, `factory` and `listen` under `readyTimeout`.
 * @category Errors
 */
export type StartPhase = 'boot' | 'load' | 'factory' | 'listen';

/**
 * The server was not ready inside its limit. The thread is gone and the port is free when this arrives. The message names the option that
 * rules the phase, and holds the server's last output.
 * @category Errors
 */
export class ReadyTimeoutError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_READY_TIMEOUT';
  /** The step that was under way. */
  readonly phase: StartPhase;
  /** The limit, in milliseconds. */
  readonly limit: number;
  /** Milliseconds that each finished or cut step took. */
  readonly elapsed: Readonly<Partial<Record<StartPhase, number>>>;

  constructor(message: string, facts: Pick<ReadyTimeoutError, 'phase' | 'limit' | 'elapsed'>) {
    super('ERR_READY_TIMEOUT', message);
    this.phase = facts.phase;
    this.limit = facts.limit;
    this.elapsed = facts.elapsed;
  }
}

/**
 * `factory()` is not overridden, returned nothing, or returned something that is no server. Return one of the kinds that the message lists.
 * @category Errors
 */
export class FactoryError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_FACTORY';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_FACTORY', message, options);
  }
}

/**
 * The controller's module could not be used: not found, bad syntax, a missing or wrong export, no loader for the file; or a module of the
 * options `preload` or `mocks` is not there. `cause` is what Node or the compiler said, where they did.
 * @category Errors
 */
export class ModuleLoadError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_MODULE_LOAD';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_MODULE_LOAD', message, options);
  }
}

/**
 * The server died: an uncaught error, an exit, out of memory, a signal. `cause` is the error that it died of, where there was one. Remote
 * calls in flight and later tests get it.
 * @category Errors
 */
export class ServerCrashedError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_SERVER_CRASHED';
  /** The exit code of its thread or process, where it exited. */
  readonly exitCode: number | null;
  /** The full name of the test during which it died, where there was one. */
  readonly test: string | null;

  constructor(message: string, facts: { cause?: unknown; exitCode?: number | null; test?: string | null } = {}) {
    super('ERR_SERVER_CRASHED', message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.exitCode = facts.exitCode ?? null;
    this.test = facts.test ?? null;
  }
}

/**
 * What was asked for could not be finished because the controller was stopped, or is not running. Await it before you stop.
 * @category Errors
 */
export class StoppedError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_STOPPED';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_STOPPED', message, options);
  }
}

/**
 * A call that its place or moment does not allow, e.g. `useController()` inside a test. The message says where it belongs.
 * @category Errors
 */
export class UsageError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_USAGE';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_USAGE', message, options);
  }
}

/**
 * A remote call could not be made or its value could not cross, or `waitFor` waited in vain; errors that the method itself throws come as
 * themselves.
 * @category Errors
 */
export class RemoteError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_REMOTE';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_REMOTE', message, options);
  }
}

/**
 * Something was left behind, under `leaks: 'fail'`: a controller never stopped, or timers and handles still alive at stop.
 * @category Errors
 */
export class LeakError extends ControllerError {
  /** Which error it is, whatever its text. */
  declare readonly code: 'ERR_LEAK';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_LEAK', message, options);
  }
}

/**
 * An option, argument or environment variable has a wrong type or value. A `TypeError`; for `instanceof` a `ControllerError`, too.
 * @category Errors
 */
export class InvalidOptionError extends TypeError {
  /** Which error it is, whatever its text. */
  readonly code = 'ERR_INVALID_OPTION' satisfies ControllerErrorCode;
  /** The name of the option, argument or variable. */
  readonly option: string;

  constructor(option: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.option = option;
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true, writable: true });
    hideOwnFrames(this);
  }
}

brand(ControllerError, 'ControllerError');
brand(ReadyTimeoutError, 'ReadyTimeoutError');
brand(FactoryError, 'FactoryError');
brand(ModuleLoadError, 'ModuleLoadError');
brand(ServerCrashedError, 'ServerCrashedError');
brand(StoppedError, 'StoppedError');
brand(UsageError, 'UsageError');
brand(RemoteError, 'RemoteError');
brand(LeakError, 'LeakError');
brand(InvalidOptionError, 'InvalidOptionError', ['ControllerError']);
