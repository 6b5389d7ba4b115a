/**
 * The Jest environment: `testEnvironment: 'jest-controller/environment'`. Jest's realm; a thin shell over its parts.
 * @module jest-controller/environment
 */
import type { EnvironmentContext, JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { inspect } from 'node:util';
import { SURROUNDINGS, type TrackedController } from '../controller/surroundings';
import { InvalidOptionError } from '../errors/errors';
import type { TestEvent, TestState } from './block-events';
import { controllersNotYet } from './controllers-not-yet';
import { CoverageSink } from './coverage/coverage';
import { lendDisposal } from './disposal';
import { refuseMisspelt } from './environment-options';
import { FileControllers } from './file-controllers';
import { readIdleAfterEach } from './idle-after-each';
import { requireNodeEnvironment, type EnvironmentClass } from './jest-environment-node';
import { contextOf } from './load-in-realm';
import { createLoaderService } from './loading/service';
import { ReplacedClock } from './report/replaced-clock';
import { ReplacedRequests } from './report/replaced-requests';
import { FileSurroundings } from './surroundings';
import { warnOfLeaks } from './leaks';
import { Spies } from './report/spies';
import { TestMocks } from './report/test-mocks';
import { SlowStops } from './report/slow-stops';
import { Warnings } from './report/warnings';
import { Watch } from './watch';

export type { ConfiguredController, ControllerEnvironmentOptions } from './environment-options';

type EnvironmentConstructor = new (config: JestEnvironmentConfig, context: EnvironmentContext) => JestEnvironment;
type EventHandler = (event: TestEvent, state: TestState) => unknown;
export type { Environment, EnvironmentClass } from './jest-environment-node';

/**
 * What `withController` adds to an environment, as a method that its subclasses can override.
 * @category Jest
 */
export interface HandlesTestEvents {
  /** Hears jest-circus: tells which test runs, and ends what a block has started. Await `super`'s in an override. */
  handleTestEvent(event: TestEvent, state: TestState): Promise<void>;
}

/**
 * What `withController` makes of a class: the same, its statics too, and the event handler as a method.
 * @category Jest
 */
export type WithController<Base extends EnvironmentConstructor> = (new (
  ...args: ConstructorParameters<Base>
) => InstanceType<Base> & HandlesTestEvents) &
  Omit<Base, 'prototype'>;

/**
 * Gives an environment class what controllers need: the project's transform for server code, coverage, crashes that fail the right test,
 * and an end for whatever a file leaves running. A subclass of the result may override its methods, and calls `super`'s;
 * `handleTestEvent` does what controllers need in any case.
 * @param Base the class of jest-environment-jsdom, happy-dom or a user's own
 * @returns a class that extends it
 * @throws {@link jest-controller!InvalidOptionError | InvalidOptionError} for anything that is no class
 * @category Jest
 * @example
 * // my-environment.js
 * const { withController } = require('jest-controller/environment');
 * module.exports = withController(require('jest-environment-jsdom').TestEnvironment);
 */
export function withController<Base extends EnvironmentConstructor>(Base: Base): WithController<Base> {
  refuseNoClass(Base);
  const Mixed = class extends (Base as EnvironmentClass) {
    readonly #config: JestEnvironmentConfig;
    readonly #context: EnvironmentContext;
    readonly #warnings = new Warnings();
    readonly #slowStops = new SlowStops(this.#warnings);
    readonly #watch = new Watch(this.#slowStops);
    /** What the base class has, as a method or as a field, which would hide the method below. */
    readonly #inheritedHandler = takeField(this, 'handleTestEvent') ?? (Reflect.get(Base.prototype, 'handleTestEvent') as unknown);
    readonly #handled = new WeakSet<TestEvent>();
    #controllers: FileControllers | undefined;

    constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
      super(config, context);
      this.#config = config;
      this.#context = context;
      lendDisposal(this.global);
      const configured: unknown = config.projectConfig.testEnvironmentOptions['controllers'];
      if (typeof configured === 'object' && configured !== null) this.global['controllers'] = controllersNotYet(configured);
    }

    override async setup(): Promise<void> {
      // Not in the constructor: a field of a subclass comes after that.
      this.#completeOverride();
      await super.setup();
      const environment = this as unknown as JestEnvironment;
      const { projectConfig } = this.#config;
      const { docblockPragmas, testPath } = this.#context;
      refuseMisspelt(projectConfig.testEnvironmentOptions);
      this.#watch.idleAfterEach = readIdleAfterEach(projectConfig.testEnvironmentOptions);
      const service = await createLoaderService({ ...this.#config, docblockPragmas });
      this.#watch.report.replacedClock = new ReplacedClock(this.global);
      this.#watch.report.replacedRequests = new ReplacedRequests(this.global);
      const spies = environment.moduleMocker === null ? undefined : new Spies(environment.moduleMocker);
      this.#watch.report.spies = spies;
      const testMocks = new TestMocks(testPath, service, spies);
      this.#watch.report.testMocks = testMocks;
      const sink = new CoverageSink(environment, service.configs);
      const parts = { service, sink, watch: this.#watch, warnings: this.#warnings };
      const surroundings = new FileSurroundings({ testPath, rootDir: projectConfig.rootDir, context: contextOf(this) }, parts);
      Object.defineProperty(this.global, SURROUNDINGS, { value: surroundings, configurable: true });
      this.#controllers = new FileControllers(environment, {
        projectConfig,
        docblockPragmas,
        testPath,
        service,
        own: (controller) => {
          this.#watch.own(controller, 'file');
        },
        testMocks,
        slowStops: this.#slowStops,
      });
      await this.#controllers.start();
    }

    override async teardown(): Promise<void> {
      try {
        const failures = await this.#finish();
        if (failures.length > 0) throw failures[0];
      } finally {
        this.#warnings.print(this.#context.testPath);
        Reflect.deleteProperty(this.global, SURROUNDINGS);
        await super.teardown();
      }
    }

    async handleTestEvent(event: TestEvent, state: TestState): Promise<void> {
      if (this.#handled.has(event)) return;
      this.#handled.add(event);
      await (this.#inheritedHandler as EventHandler | undefined)?.call(this, event, state);
      await this.#watch.handle(event, state);
      if (event.name !== 'run_describe_finish' || event.describeBlock.parent !== undefined) return;
      const failures = await this.#finish();
      this.#watch.failFile(state);
      state.unhandledErrors.push(...failures);
    }

    /**
     * Ends what is left when the file is over: mostly while Jest still hears of promises that nobody has awaited, and has the outcomes of the tests
     * to go with what is given here, which fails the file.
     */
    async #finish(): Promise<readonly unknown[]> {
      const failures = (await this.#controllers?.stop()) ?? [];
      const startedIn = (controller: TrackedController): string | undefined => this.#watch.startedIn(controller);
      return warnOfLeaks(this.#watch.alive, { warnings: this.#warnings, startedIn }).then(
        () => failures,
        (error: unknown) => [...failures, error],
      );
    }

    /** A subclass that overrides the handler, by a method or a field, and does not call `super`'s keeps what controllers need. */
    #completeOverride(): void {
      const own: EventHandler = Mixed.prototype.handleTestEvent;
      const override = this.handleTestEvent as EventHandler;
      if (override === own) return;
      const value = async (event: TestEvent, state: TestState): Promise<void> => {
        await override.call(this, event, state);
        await own.call(this, event, state);
      };
      Object.defineProperty(this, 'handleTestEvent', { value, configurable: true, writable: true });
    }
  };
  return Mixed as unknown as WithController<Base>;
}

/** The value of an object's own field, which is its own no more. */
function takeField(owner: object, name: string): unknown {
  const value: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
  Reflect.deleteProperty(owner, name);
  return value;
}

/** Environment packages differ in the name of their export, so that `undefined` is easily given. */
function refuseNoClass(Base: unknown): void {
  if (typeof Base === 'function') return;
  throw new InvalidOptionError(
    'Base',
    `Expected withController() to be given an environment class, e.g. require('jest-environment-jsdom').TestEnvironment, ` +
      `got ${inspect(Base, { depth: 0 })} (${typeof Base}). Look up what its package exports: mostly \`TestEnvironment\` or \`default\`, or the class itself.`,
  );
}

/**
 * jest-environment-node with controllers: what `testEnvironment: 'jest-controller/environment'` names. Its options are
 * `ControllerEnvironmentOptions`.
 * @category Jest
 */
export const TestEnvironment: WithController<EnvironmentClass> = withController(requireNodeEnvironment());
export default TestEnvironment;
