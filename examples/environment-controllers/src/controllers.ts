import type { ControllerHandle } from 'jest-controller';
import type { ClockController } from './clock.controller';
import type * as greeter from './greeter';

/** The types of the global `controllers`: what jest.config.js starts for each test file. */
declare module 'jest-controller' {
  interface Controllers {
    readonly clock: ControllerHandle<ClockController>;
    readonly greeter: ControllerHandle<typeof greeter>;
  }
}
