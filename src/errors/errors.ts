/**
 * The errors that this package raises. Both sides; imports nothing but the brand.
 *
 * Each has a literal `code`, keeps its `cause`, and carries its facts as fields. Messages say what failed, where, after how long and what
 * to change.
 */
import { brand } from './brand';

/** The `code` of each error, to compare with instead of texts. */
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

/** This package's folder, where it is built and where its sources are. */
const PACKAGE_ROOT = __dirname.replace(/[\\/](?:dist|src)[\\/]errors$/, '');
const OWN_FRAMES = ['dist', 'src'].flatMap((folder) => ['/', '\\'].map((separator) => [PACKAGE_ROOT, folder, ''].join(separator)));

/** Leaves the user's frames only, so that a runner points at the line that can be mended. */
function hideOwnFrames(error: Error): void {
  const lines = error.stack?.split('\n').filter((line) => !/^\s+at /.test(line) || !OWN_FRAMES.some((own) => line.includes(own)));
  if (lines !== undefined) Object.defineProperty(error, 'stack', { value: lines.join('\n'), configurable: true, writable: true });
}

/** The base of all errors that this package raises; errors of the user's own server come as themselves. */
export class ControllerError extends Error {
  readonly code: ControllerErrorCode;

  constructor(code: ControllerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // Not enumerable, as with built-in errors, so that it is not listed among the facts when the error is printed.
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true, writable: true });
    hideOwnFrames(this);
  }
}

/** The step of a start that a limit cut: `boot` and `load` under `loadTimeout`, `factory` and `listen` under `readyTimeout`. */
export type StartPhase = 'boot' | 'load' | 'factory' | 'listen';

/** The server was not ready inside its limit. The thread is gone and the port is free when this arrives. */
export class ReadyTimeoutError extends ControllerError {
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

/** `factory()` is not overridden, returned nothing, or returned something that is no server. */
export class FactoryError extends ControllerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_FACTORY', message, options);
  }
}

/** The controller's module could not be used: not found, bad syntax, a missing or wrong export, no loader for the file. */
export class ModuleLoadError extends ControllerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_MODULE_LOAD', message, options);
  }
}

/** The server died after it was ready. `cause` is what it died of. */
export class ServerCrashedError extends ControllerError {
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

/** What was asked for could not be finished because the controller was stopped. */
export class StoppedError extends ControllerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_STOPPED', message, options);
  }
}

/** A call that its place or moment does not allow, e.g. `useController()` inside a test. */
export class UsageError extends ControllerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_USAGE', message, options);
  }
}

/** A remote call could not be made or its value could not cross; errors that the method itself throws come as themselves. */
export class RemoteError extends ControllerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_REMOTE', message, options);
  }
}

/** Something was left behind: a controller never stopped, or timers and handles still alive at stop under `leaks: 'fail'`. */
export class LeakError extends ControllerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LEAK', message, options);
  }
}

/** An option, argument or environment variable has a wrong type or value. A `TypeError`, and a `ControllerError` too. */
export class InvalidOptionError extends TypeError {
  readonly code = 'ERR_INVALID_OPTION' satisfies ControllerErrorCode;
  /** The option's name. */
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
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
