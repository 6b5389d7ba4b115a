/**
 * Tells a test file that its own environment hides this package's, where that is why a module did not load. Test side, in a Jest test.
 */
import { surroundings } from '../controller/surroundings';
import { ModuleLoadError } from '../errors/errors';

const REMEDY =
  "This test file runs without the project's transform for server code: its `testEnvironment`, or `@jest-environment` in its docblock, is not this package's. " +
  "Set `testEnvironment: 'jest-controller/environment'`, in the docblock `@jest-environment jest-controller/environment`, or wrap your own: " +
  "module.exports = require('jest-controller/environment').withController(YourEnvironment).";

/** Adds the remedy to an error of a start that the environment would have helped. */
export function explainHiddenEnvironment(error: unknown): unknown {
  if (surroundings() !== undefined || !(error instanceof ModuleLoadError)) return error;
  const { message, stack } = error;
  error.message = `${message}\n${REMEDY}`;
  // V8 has written the message into the stack already.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
