/**
 * What a test is told of an error that its server turned into an answer, under `onServerError: 'fail-test'`. Jest's realm, and test side.
 */
import type { ServerError, TrackedController } from '../../controller/surroundings';
import { withoutFrames } from './without-frames';

const WHY = "That fails the test, as the option `onServerError` is 'fail-test'.";

/** The server's own error, headed by the request and the option: nothing else in the test's failure would say why it is one. */
export function testErrorOf({ name }: TrackedController, { answered, error }: ServerError): Error {
  if (error === undefined) return unknownError(name, answered);
  error.stack = `${name} answered ${answered} because of the error below. ${WHY}\n\n${error.stack ?? String(error)}`;
  return error;
}

function unknownError(name: string, answered: string): Error {
  // What the answer says stands in parentheses.
  const rest = answered.endsWith(')')
    ? ", but for what it answered. The server's output may say more."
    : ": look for it in the server's output.";
  return withoutFrames(new Error(`${name} answered ${answered}. ${WHY} The framework kept the error that led to it to itself${rest}`));
}
