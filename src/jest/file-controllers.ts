/**
 * Controllers of a whole test file, configured as `testEnvironmentOptions.controllers`. Jest's realm.
 */
import type { JestEnvironment } from '@jest/environment';
import type { Config } from '@jest/types';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';
import { types } from 'node:util';
import type { Context } from 'node:vm';
import type { Controller } from '../controller/controller';
import { TRACKED } from '../controller/internals';
import type { TrackedController } from '../controller/surroundings';
import { InvalidOptionError, ModuleLoadError } from '../errors/errors';
import { refuseUnknown, unexpected } from '../errors/unexpected';
import { docblockOptions, type ConfiguredController } from './environment-options';
import { contextOf, loadInRealm } from './load-in-realm';
import type { LoaderService } from './loading/service';
import { addOnce } from './report/output';
import type { SlowStops } from './report/slow-stops';
import type { TestMocks } from './report/test-mocks';
import { stopEach } from './both-realms/stop-all';
import { withEndOfMessage } from './both-realms/without-frames';

interface Startable {
  readonly [TRACKED]: TrackedController;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** The part of the package that makes controllers, as it is loaded in the test's realm. */
type ModuleControllerModule = typeof import('../controller/module-controller');
/** The same with what controllers of the run scope need. */
type InRunModule = typeof import('./run-scope/in-run');
type GuardModule = typeof import('./test-side/guarded-handle');

export interface FileControllersOptions {
  readonly projectConfig: Config.ProjectConfig;
  readonly docblockPragmas: Readonly<Record<string, string | readonly string[]>>;
  readonly testPath: string;
  readonly service: LoaderService;
  /** Takes note that a controller belongs to all tests of the file. */
  readonly own: (controller: TrackedController) => void;
  readonly testMocks: Pick<TestMocks, 'cameOf' | 'writtenIn'>;
  readonly slowStops: SlowStops;
}

const IS_PATH = /^\.{1,2}[\\/]/;

export class FileControllers {
  readonly #environment: JestEnvironment;
  readonly #options: FileControllersOptions;
  #controllers: readonly Startable[] = [];

  constructor(environment: JestEnvironment, options: FileControllersOptions) {
    this.#environment = environment;
    this.#options = options;
  }

  /** Starts them all, side by side, and puts them on the global `controllers`. When one fails the others are stopped. */
  async start(): Promise<void> {
    const configured = this.#options.projectConfig.testEnvironmentOptions['controllers'];
    if (configured === undefined) return;
    if (!isRecord(configured)) {
      throw unexpected('testEnvironmentOptions.controllers', 'an object of modules', configured);
    }
    const context = contextOf(this.#environment);
    if (context === null)
      throw new InvalidOptionError(
        'testEnvironment',
        'The environment has no context to put `controllers` in. Use one that has, as jest-environment-node, or useController() in the test files.',
      );
    const made = this.#make(configured, context);
    this.#controllers = made.map(([, controller]) => controller);
    for (const [, { [TRACKED]: tracked }] of made) {
      // No line of the user's makes it: the place that was found is the runner's.
      Object.defineProperty(tracked, 'madeAt', { value: null });
      this.#options.own(tracked);
      this.#options.testMocks.writtenIn(path.dirname(this.#writtenIn), tracked);
    }
    await this.#startAll();
    const { guardedHandle } = loadInRealm(context, require.resolve('./test-side/guarded-handle')) as GuardModule;
    this.#environment.global['controllers'] = Object.fromEntries(made.map(([name, controller]) => [name, guardedHandle(controller)]));
  }

  /** Stops them all; gives what their stops threw, to fail the file. */
  async stop(): Promise<unknown[]> {
    const failures = await stopEach(this.#controllers.map((controller) => this.#options.slowStops.noted(controller[TRACKED])));
    return failures.map(withEndOfMessage);
  }

  /** All of them by their names, made in the test's realm once each is known to be right. */
  #make(configured: object, context: Context): [name: string, controller: Controller<unknown>][] {
    const found = Object.entries(configured).map(([name, value]) => {
      const { module, ...options } = readConfigured(name, value);
      const [file = module] = this.#find(module, { role: 'module', option: `controllers.${name}` });
      return { name, file, options };
    });
    const { makeModuleController } = loadInRealm(context, require.resolve('../controller/module-controller')) as ModuleControllerModule;
    return found.map(({ name, file, options: { mocks = {}, scope = 'file', ...rest } }) => {
      // What is none is refused with the other options.
      const options = { ...rest, mocks: isRecord(mocks) ? this.#resolveMocks(mocks, `controllers.${name}.mocks`) : mocks };
      if (scope === 'file') return [name, makeModuleController(file, name, options)];
      refuseScope(name, scope);
      const { inRun, makeModuleController: make } = loadInRealm(context, require.resolve('./run-scope/in-run')) as InRunModule;
      return [name, inRun((loop) => make(file, name, { ...options, loop }), { loop: Reflect.get(rest, 'loop') as unknown })];
    });
  }

  async #startAll(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#controllers.map((controller) => controller.start()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return;
    const reason: unknown = failed.reason;
    const unstarted = this.#controllers.find((_, index) => outcomes[index] === failed);
    if (unstarted !== undefined && types.isNativeError(reason)) addOnce(reason, this.#options.testMocks.cameOf(unstarted[TRACKED], reason));
    // What the others leave behind is no reason to hide why this one has not started.
    await stopEach(this.#controllers);
    throw withEndOfMessage(reason);
  }

  /** @throws {ModuleLoadError} when it is not there */
  #find(module: string, { role, option }: { role: string; option: string }): string[] {
    try {
      return this.#resolveEach(module);
    } catch (cause) {
      const { projectConfig, testPath } = this.#options;
      const from = this.#isInDocblock ? `the test file ${testPath}` : `\`rootDir\`, ${projectConfig.rootDir}`;
      throw new ModuleLoadError(`The ${role} '${module}' of \`${option}\` was not found from ${from}. Correct its path.`, {
        cause,
      });
    }
  }

  get #isInDocblock(): boolean {
    // The word may be in another option, such as the `url` of a page.
    return Object.hasOwn(docblockOptions(this.#options.docblockPragmas) ?? {}, 'controllers');
  }

  /** In the config paths are relative to rootDir, in a docblock to the test file. */
  get #writtenIn(): string {
    const { projectConfig, testPath } = this.#options;
    return this.#isInDocblock ? testPath : path.join(projectConfig.rootDir, 'jest.config.js');
  }

  #resolveEach(module: string): string[] {
    const { projectConfig, service } = this.#options;
    // Jest puts rootDir into its own options only.
    return service.resolveEach(this.#writtenIn, module.replace(/^<rootDir>(?=[\\/])/, projectConfig.rootDir));
  }

  /**
   * Relative to the same file, or else to the test file as the option is elsewhere. The names of packages that are found from neither are left
   * to the controller, whose error names the option.
   * @throws {ModuleLoadError} naming a path that leads nowhere
   */
  #resolveMocks(mocks: Readonly<Record<string, string>>, option: string): Record<string, string> {
    const { service, testPath } = this.#options;
    const resolve = (specifier: string, role: string): string[] => {
      if (isBuiltin(specifier)) return [specifier];
      const files = unlessThrown(() => this.#resolveEach(specifier)) ?? unlessThrown(() => service.resolveEach(testPath, specifier));
      if (files !== undefined) return files;
      return IS_PATH.test(specifier) ? this.#find(specifier, { role, option }) : [specifier];
    };
    return Object.fromEntries(
      Object.entries(mocks).flatMap(([target, written]) => {
        const files = resolve(target, 'module');
        const [replacement = written] = resolve(written, 'replacement');
        return files.map((file) => [file, replacement]);
      }),
    );
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unlessThrown<Value>(resolve: () => Value): Value | undefined {
  try {
    return resolve();
  } catch {
    return undefined;
  }
}

/** @throws {InvalidOptionError} unless it is one of the scopes of configured controllers */
export function refuseScope(name: string, scope: unknown): void {
  if (scope === 'run') return;
  throw unexpected(`controllers.${name}.scope`, "'file' | 'run'", scope);
}

/** @throws {InvalidOptionError} unless it names a module, and for an option that is none */
export function readConfigured(name: string, value: unknown): ConfiguredController {
  if (typeof value === 'string') return { module: value };
  if (typeof value === 'object' && value !== null && typeof (value as { module?: unknown }).module === 'string') {
    refuseUnknownOptions(name, value);
    return value as ConfiguredController;
  }
  throw unexpected(`controllers.${name}`, "a module's path, or an object with `module` and options", value);
}

function refuseUnknownOptions(name: string, configured: object): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- for those who configure controllers, not with every environment
  const { MODULE_OPTION_NAMES } = require('../controller/options/options') as typeof import('../controller/options/options');
  refuseUnknown(configured, ['module', ...MODULE_OPTION_NAMES, 'scope'], `controllers.${name}`);
}
