/**
 * The Jest environment: `testEnvironment: 'jest-controller/environment'`. Jest's realm; a thin shell over its parts.
 */
import type { EnvironmentContext, JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { inspect } from 'node:util';
import { SURROUNDINGS } from '../controller/surroundings';
import { InvalidOptionError } from '../errors/errors';
import type { TestEvent, TestState } from './block-events';
import { CoverageSink } from './coverage';
import { FileControllers } from './file-controllers';
import { readIdleAfterEach } from './idle-after-each';
import { requireNodeEnvironment, type EnvironmentClass } from './jest-environment-node';
import { createLoaderService } from './loading/service';
import { FileSurroundings } from './surroundings';
import { warnOfLeaks } from './leaks';
import { Watch } from './watch';

type EnvironmentConstructor = new (config: JestEnvironmentConfig, context: EnvironmentContext) => JestEnvironment;

/**
 * Gives an environment class what controllers need: the project's transform for server code, coverage, crashes that fail the right test,
 * and an end for whatever a file leaves running.
 * @example
 * // my-environment.js
 * const { withController } = require('jest-controller/environment');
 * module.exports = withController(require('jest-environment-jsdom').TestEnvironment);
 */
export function withController<Base extends EnvironmentConstructor>(Base: Base): Base {
  refuseNoClass(Base);
  const Mixed = class extends (Base as EnvironmentConstructor) {
    readonly #config: JestEnvironmentConfig;
    readonly #context: EnvironmentContext;
    readonly #watch = new Watch();
    /** What the base class has, as a method or as a field of its own. */
    readonly #inheritedHandler = Reflect.get(this, 'handleTestEvent') as ((event: TestEvent, state: TestState) => unknown) | undefined;
    #controllers: FileControllers | undefined;

    constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
      super(config, context);
      this.#config = config;
      this.#context = context;
    }

    override async setup(): Promise<void> {
      await super.setup();
      const { projectConfig } = this.#config;
      const { docblockPragmas, testPath } = this.#context;
      this.#watch.idleAfterEach = readIdleAfterEach(projectConfig.testEnvironmentOptions);
      const service = await createLoaderService({ ...this.#config, docblockPragmas });
      const sink = new CoverageSink(this, service.configs);
      const surroundings = new FileSurroundings({ testPath, rootDir: projectConfig.rootDir }, { service, sink, watch: this.#watch });
      Object.defineProperty(this.global, SURROUNDINGS, { value: surroundings, configurable: true });
      this.#controllers = new FileControllers(this, {
        projectConfig,
        docblockPragmas,
        testPath,
        service,
        own: (controller) => {
          this.#watch.own(controller, 'file');
        },
      });
      await this.#controllers.start();
    }

    override async teardown(): Promise<void> {
      try {
        await this.#controllers?.stop();
        await warnOfLeaks(this.#watch.alive);
      } finally {
        Reflect.deleteProperty(this.global, SURROUNDINGS);
        await super.teardown();
      }
    }

    override handleTestEvent = async (event: TestEvent, state: TestState): Promise<void> => {
      await this.#inheritedHandler?.call(this, event, state);
      await this.#watch.handle(event, state);
      if (event.name === 'run_finish') await this.#controllers?.stop();
    };
  };
  return Mixed as unknown as Base;
}

/** Environment packages differ in the name of their export, so that `undefined` is easily given. */
function refuseNoClass(Base: unknown): void {
  if (typeof Base === 'function') return;
  throw new InvalidOptionError(
    'Base',
    `Expected withController() to be given an environment class, e.g. require('jest-environment-jsdom').TestEnvironment, ` +
      `got ${inspect(Base, { depth: 0 })} (${typeof Base}). Look up the name of its export: most have \`TestEnvironment\` or \`default\`.`,
  );
}

/** jest-environment-node with controllers. */
export const TestEnvironment: EnvironmentClass = withController(requireNodeEnvironment());
export default TestEnvironment;
