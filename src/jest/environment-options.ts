/**
 * What `testEnvironmentOptions` may say to this environment. Jest's realm.
 */
import { InvalidOptionError } from '../errors/errors';
import { nearest } from '../errors/nearest';
import type { UseControllerOptions } from './test-side/use-controller-options';

/**
 * A controller of `testEnvironmentOptions.controllers`: where its module is, and flat beside it the options of a controller.
 * @category Jest
 */
export interface ConfiguredController extends Omit<UseControllerOptions, 'scope' | 'loop'> {
  /** The module, relative to `rootDir`, in a docblock to the test file; resolved as Jest resolves it. */
  readonly module: string;
  /**
   * The export to take.
   * @default the default export, else the only one
   */
  readonly export?: string | undefined;
  /**
   * `'run'` shares one server between all test files of the run.
   * @default 'file'
   */
  readonly scope?: 'file' | 'run' | undefined;
}

/**
 * What `testEnvironmentOptions` of a project, or of a file's docblock `@jest-environment-options`, may hold for controllers. Anything else
 * in it is for the environment that this one is made of. A wrong value is an `InvalidOptionError`, which fails the file.
 * @category Jest
 * @example
 * // jest.config.js
 * module.exports = {
 *   preset: 'jest-controller',
 *   testEnvironmentOptions: {
 *     controllers: { api: './src/app', mail: { module: './test/mail.controller', readyTimeout: 2000 } },
 *     idleAfterEach: true,
 *   },
 * };
 */
export interface ControllerEnvironmentOptions {
  /**
   * Servers for each test file, by name: a module's path, or an object with `module` and options. They listen before any code of the file
   * runs, and are at the global `controllers`.
   * @default none
   */
  readonly controllers?: Readonly<Record<string, string | ConfiguredController>> | undefined;
  /**
   * After each test, waits until no request is in flight on any running controller: `true` for a second, or milliseconds, above 0. Requests
   * that still are fail the test, by name.
   * @default false
   */
  readonly idleAfterEach?: boolean | number | undefined;
}

/** What the docblock of a test file puts into `testEnvironmentOptions`; undefined where it puts nothing there. */
export function docblockOptions(pragmas: Readonly<Record<string, string | readonly string[]>> | undefined): object | undefined {
  const docblock = pragmas?.['jest-environment-options'];
  return typeof docblock === 'string' ? (JSON.parse(docblock) as object) : undefined;
}

const NAMES: readonly (keyof ControllerEnvironmentOptions)[] = ['controllers', 'idleAfterEach'];

/**
 * Others are for the environment that this one is made of, whatever they are.
 * @throws {InvalidOptionError} for a name that is nearly one of these
 */
export function refuseMisspelt(options: object): void {
  for (const name of Object.keys(options)) {
    const meant = nearest(name, NAMES);
    if (meant === undefined || (NAMES as readonly string[]).includes(name)) continue;
    throw new InvalidOptionError(name, `\`testEnvironmentOptions.${name}\` is unknown here. Call it \`${meant}\`.`);
  }
}
