/**
 * Tells a test file that its own environment hides this package's, where that is why a module did not load. Test side, in a Jest test.
 */
import { surroundings } from '../../controller/surroundings';
import { ModuleLoadError } from '../../errors/errors';
import { reword } from '../../errors/reword';

const REMEDY =
  "This test file runs without the project's transform for server code: its `testEnvironment`, or `@jest-environment` in its docblock, is not this package's. " +
  "Set `testEnvironment: 'jest-controller/environment'`, in the docblock `@jest-environment jest-controller/environment`, or wrap your own: " +
  "module.exports = require('jest-controller/environment').withController(YourEnvironment).";

/** What such an error itself says of Jest's test files. */
const SAME_REMEDY = /^In Jest's test files: /;

/** A line's end. What was not found goes on with the file that asked for it. */
const NEXT_SENTENCE = /\n(?!while loading )/;

/** Adds the remedy to an error of a start that the environment would have helped: before all others, as it is the one for a Jest test. */
export function explainHiddenEnvironment(error: unknown): unknown {
  if (surroundings() !== undefined || !(error instanceof ModuleLoadError)) return error;
  const [what, ...details] = error.message.split(NEXT_SENTENCE);
  reword(error, [what, REMEDY, ...details.filter((line) => !SAME_REMEDY.test(line))].join('\n'));
  return error;
}
