/**
 * The environment's doorway for ES modules, e.g. an environment of the user's own that is one. Jest's realm; re-exports only.
 */
export type {
  ConfiguredController,
  ControllerEnvironmentOptions,
  Environment,
  EnvironmentClass,
  HandlesTestEvents,
  WithController,
} from './environment.js';
export { TestEnvironment, TestEnvironment as default, withController } from './environment.js';
