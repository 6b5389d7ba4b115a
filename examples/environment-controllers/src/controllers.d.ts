import type { ControllerHandle } from 'jest-controller';
import type { ClockController } from './clock.controller';

declare global {
  /** What jest.config.js starts for each test file. */
  const controllers: {
    readonly clock: ControllerHandle<ClockController>;
    readonly greeter: ControllerHandle<object>;
  };
}
