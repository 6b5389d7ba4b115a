/**
 * What a user's own environment may say in TypeScript. Compiled by types.test.ts in a project of its own, never run.
 */
import type { Circus } from '@jest/types';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import { TestEnvironment, withController, type ConfiguredController, type ControllerEnvironmentOptions } from 'jest-controller/environment';

class OfOurs extends TestEnvironment {
  readonly seen: string[] = [];

  override async setup(): Promise<void> {
    await super.setup();
    this.global['seen'] = this.seen;
  }

  override async handleTestEvent(event: Circus.Event, state: Circus.State): Promise<void> {
    await super.handleTestEvent(event, state);
    this.seen.push(event.name);
  }
}

class OfAnother extends withController(NodeEnvironment) {
  override async handleTestEvent(event: Circus.Event, state: Circus.State): Promise<void> {
    await super.handleTestEvent(event, state);
  }

  override getVmContext() {
    return super.getVmContext();
  }

  override exportConditions(): string[] {
    return ['own', ...super.exportConditions()];
  }
}

// @ts-expect-error -- an object is no class
withController({});

const twice = withController(OfOurs);

const configured: ConfiguredController = { module: './api.controller', export: 'Api', scope: 'run', readyTimeout: 2000, port: 0 };
const options: ControllerEnvironmentOptions = { controllers: { api: './src/app', mail: configured }, idleAfterEach: 500 };

// @ts-expect-error -- such a scope belongs to useController
const misplaced: ConfiguredController = { module: './api.controller', scope: 'test' };

// @ts-expect-error -- a loop cannot be written into a configuration
const loop: ConfiguredController = { module: './api.controller', loop: {} };

export { OfAnother, OfOurs, options, twice };
