/**
 * Keys of what a controller shows to this package only. Registered, so that copies of the package understand each other. Test side.
 */

/** The options as in effect. */
export const SETTINGS: unique symbol = Symbol.for('jest-controller.settings') as never;
/** The module and export that hold the server's code. */
export const TARGET: unique symbol = Symbol.for('jest-controller.target') as never;
/** The controller as its surroundings see it. */
export const TRACKED: unique symbol = Symbol.for('jest-controller.tracked') as never;
/** Among the options: the name by which messages call it. A constructor of the user's that hands on other options than it got gives the class's. */
export const CALLED: unique symbol = Symbol.for('jest-controller.called') as never;
/** Gives the options that only the start can know. */
export const SET_LATE: unique symbol = Symbol.for('jest-controller.set-late') as never;
