/**
 * The package's doorway for ES modules: every name of the CommonJS doorway, from its one copy, so that module state is never doubled.
 */
export * from './index.js';
