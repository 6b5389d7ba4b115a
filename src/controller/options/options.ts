/**
 * What a controller can be told, checked once, in the constructor, before any thread is made. Test side.
 */
import { InvalidOptionError } from '../../errors/errors';
import { readRecord, unexpected } from '../../errors/unexpected';
import { Loop } from '../../loop/loop';
import { LONGEST_DELAY } from '../../time/clock';
import { readData, readEnvironment, type Environment } from './late-options';

/**
 * Options of a controller. All durations are in milliseconds. They are checked in the constructor: an unknown name, a wrong type or value is
 * an `InvalidOptionError`.
 * @category Controller
 */
export interface ControllerOptions<Data = undefined> {
  /**
   * Milliseconds from "module loaded" until the server listens, compiling by Jest's transform excluded; above 0. Past it, `start()` rejects
   * with a `ReadyTimeoutError`, phase `factory` or `listen`. The environment variable `JEST_CONTROLLER_READY_TIMEOUT` takes precedence; it is
   * read in the constructor.
   * @default 5000
   */
  readonly readyTimeout?: number | undefined;
  /**
   * Milliseconds for the thread to boot and the module to load, compiling included; above 0. Past it, `start()` rejects with a
   * `ReadyTimeoutError`, phase `boot` or `load`.
   * @default 60000
   */
  readonly loadTimeout?: number | undefined;
  /**
   * Milliseconds that busy connections and the `close` hook get at stop before they are cut; 0 cuts at once.
   * @default 1000
   */
  readonly stopTimeout?: number | undefined;
  /**
   * Milliseconds that a blocking call (`remoteSync`) waits for its answer; above 0. Past it, the call throws a `RemoteError`.
   * @default 30000
   */
  readonly syncTimeout?: number | undefined;
  /**
   * The event loop to run on: a `ThreadLoop` or a `ProcessLoop`. Several controllers may share one; it ends with the last of them.
   * @default a new `ThreadLoop`
   */
  readonly loop?: Loop | undefined;
  /**
   * A structured-cloneable value, there as `this.data` on both sides. What cannot cross is an `InvalidOptionError` that names its path.
   * @default undefined
   */
  readonly data?: Data;
  /**
   * A Unix socket or Windows pipe to listen on, instead of hostname and port; giving both is an `InvalidOptionError`.
   * @default none
   */
  readonly path?: string | undefined;
  /**
   * Modules to replace on the server side: specifier → replacement, e.g. `{ '../src/mailer': './fakes/mailer' }`, both relative to the test
   * file (without one: to `rootDir`, or the working directory). A module that is not there is a `ModuleLoadError` at start.
   * @default {}
   */
  readonly mocks?: Readonly<Record<string, string>> | undefined;
  /**
   * What becomes of the server's output: `'on-failure'` shows the last lines with failing tests and in the error of a start that fails,
   * `'live'` prints them at once, `'silent'` only captures them. The environment variable `JEST_CONTROLLER_LOGS` takes precedence.
   * @default 'on-failure'
   */
  readonly logs?: 'on-failure' | 'live' | 'silent' | undefined;
  /**
   * The whole environment of the server side: its `process.env`. Variables that are undefined are left out.
   * @default the caller's `process.env` at start
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Names or paths of modules to load on the test side's process first, for native addons that crash when only a thread loads them. They are
   * resolved from the controller's module; one that is not there is a `ModuleLoadError` at start.
   * @default []
   */
  readonly preload?: readonly string[] | undefined;
  /**
   * What happens when timers or handles of the server are alive at stop, its close failed or did not end in its time, or the controller itself is
   * alive at the end of its test file: nothing, a warning on stderr, or a `LeakError`.
   * @default 'warn'
   */
  readonly leaks?: 'ignore' | 'warn' | 'fail' | undefined;
  /**
   * Whether an error that the server's framework swallowed into a 500 fails the running test, with that error.
   * @default 'ignore'
   */
  readonly onServerError?: 'ignore' | 'fail-test' | undefined;
}

/** The environment variable that rules `readyTimeout`. */
export const READY_TIMEOUT_VARIABLE = 'JEST_CONTROLLER_READY_TIMEOUT';
/** The environment variable that rules `logs`. */
export const LOGS_VARIABLE = 'JEST_CONTROLLER_LOGS';

const LOGS = ['on-failure', 'live', 'silent'] as const;
const LEAKS = ['ignore', 'warn', 'fail'] as const;
const SERVER_ERRORS = ['ignore', 'fail-test'] as const;

/** The options as in effect. */
export interface Settings {
  readonly hostname: string;
  readonly port: number;
  readonly given: { readonly hostname: boolean; readonly port: boolean };
  readonly path: string | undefined;
  readonly readyTimeout: number;
  readonly loadTimeout: number;
  readonly stopTimeout: number;
  readonly syncTimeout: number;
  readonly loop: Loop | undefined;
  readonly data: unknown;
  readonly mocks: Readonly<Record<string, string>>;
  readonly logs: (typeof LOGS)[number];
  readonly env: Environment | undefined;
  readonly preload: readonly string[];
  readonly leaks: (typeof LEAKS)[number];
  readonly onServerError: (typeof SERVER_ERRORS)[number];
}

const KNOWN: Readonly<Record<keyof ControllerOptions<unknown>, true>> = {
  readyTimeout: true,
  loadTimeout: true,
  stopTimeout: true,
  syncTimeout: true,
  loop: true,
  data: true,
  path: true,
  mocks: true,
  logs: true,
  env: true,
  preload: true,
  leaks: true,
  onServerError: true,
};

const OPTION_NAMES: readonly string[] = Object.keys(KNOWN);
/** The names of all options, and of what is told beside them where nobody calls a constructor. */
export const MODULE_OPTION_NAMES: readonly string[] = [...OPTION_NAMES, 'hostname', 'port', 'export'];

/**
 * Checks what a constructor was given and fills in the defaults.
 * @throws {InvalidOptionError} naming the option, what was expected and what came
 */
export function readSettings(hostname: unknown, port: unknown, options: unknown): Settings {
  if (hostname !== undefined && typeof hostname !== 'string') {
    throw unexpected('hostname', typeof hostname === 'object' ? 'a string (the options come third, after the port)' : 'a string', hostname);
  }
  if (port !== undefined && !isPort(port)) throw unexpected('port', 'a whole number from 0 to 65535', port);
  const given = { hostname: hostname !== undefined, port: port !== undefined };
  const all = readRecord(options, OPTION_NAMES);
  const path = optional(all, 'path', 'a non-empty string', (value): value is string => typeof value === 'string' && value !== '');
  if (path !== undefined && (given.hostname || given.port)) {
    throw new InvalidOptionError(
      'path',
      '`path` takes the place of hostname and port: give either, not both (pass undefined for the others).',
    );
  }
  const logs = readChoice(all, 'logs', LOGS) ?? 'on-failure';
  return {
    hostname: hostname ?? '127.0.0.1',
    port: port ?? 0,
    given,
    path,
    ...readLimits(all),
    loop: optional(all, 'loop', 'a `new ThreadLoop()` or `new ProcessLoop()`', (value): value is Loop => value instanceof Loop),
    data: readData(all['data']),
    mocks:
      optional(all, 'mocks', "an object of the modules that replace others, such as { './mailer': './fakes/mailer' }", isStringRecord) ??
      {},
    logs: readChoice(process.env, LOGS_VARIABLE, LOGS) ?? logs,
    env: readEnvironment(all['env']),
    preload: optional(all, 'preload', 'an array of module names', isStringArray) ?? [],
    leaks: readChoice(all, 'leaks', LEAKS) ?? 'warn',
    onServerError: readChoice(all, 'onServerError', SERVER_ERRORS) ?? 'ignore',
  };
}

function readLimits(
  all: Readonly<Record<string, unknown>>,
): Pick<Settings, 'readyTimeout' | 'loadTimeout' | 'stopTimeout' | 'syncTimeout'> {
  const limit = 'a positive number of milliseconds, at most 2147483647';
  const ready = optional(all, 'readyTimeout', limit, isLimit) ?? 5000;
  return {
    readyTimeout: readVariable() ?? ready,
    loadTimeout: optional(all, 'loadTimeout', limit, isLimit) ?? 60_000,
    stopTimeout:
      optional(
        all,
        'stopTimeout',
        'a number of milliseconds from 0 to 2147483647',
        (value): value is number => value === 0 || isLimit(value),
      ) ?? 1000,
    syncTimeout: optional(all, 'syncTimeout', limit, isLimit) ?? 30_000,
  };
}

function readVariable(): number | undefined {
  const text = process.env[READY_TIMEOUT_VARIABLE];
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (isLimit(value)) return value;
  throw new InvalidOptionError(
    READY_TIMEOUT_VARIABLE,
    `Expected the environment variable ${READY_TIMEOUT_VARIABLE} to be a positive number of milliseconds, at most 2147483647, got '${text}'.`,
  );
}

function readChoice<T extends string>(all: Readonly<Record<string, unknown>>, name: string, choices: readonly T[]): T | undefined {
  const expected = choices.map((choice) => `'${choice}'`).join(' | ');
  return optional(all, name, expected, (value): value is T => (choices as readonly unknown[]).includes(value));
}

function optional<T>(
  all: Readonly<Record<string, unknown>>,
  name: string,
  expected: string,
  fits: (value: unknown) => value is T,
): T | undefined {
  const value = all[name];
  if (value === undefined) return undefined;
  if (!fits(value)) throw unexpected(name, expected, value);
  return value;
}

function isLimit(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= LONGEST_DELAY;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === 'string');
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
