/**
 * What a test or a file is told of an error that its server turned into an answer, under `onServerError: 'fail-test'`. Jest's realm, and test side.
 */
import type { ServerError, TrackedController } from '../../controller/surroundings';
import { withoutFrames } from './without-frames';

/** What the error fails. */
export type Failing = 'test' | 'file';

/**
 * Takes what the server has answered so: its own error, headed by the request and the option, as nothing else in the failure would say why it
 * is one. Undefined where there is none.
 */
export function takeAnsweredError(controller: Pick<TrackedController, 'name' | 'takeServerError'>, failing: Failing): Error | undefined {
  const taken = controller.takeServerError();
  return taken === undefined ? undefined : answeredError(taken, controller.name, failing);
}

function answeredError({ answered, error }: ServerError, name: string, failing: Failing): Error {
  const why = `That fails the ${failing}, as the option \`onServerError\` is 'fail-test'.`;
  if (error === undefined) return unknownError(`${name} answered ${answered}. ${why}`, answered);
  error.stack = `${name} answered ${answered} because of the error below. ${why}\n\n${error.stack ?? String(error)}`;
  return error;
}

function unknownError(what: string, answered: string): Error {
  // What the answer says stands in parentheses.
  const rest = answered.endsWith(')')
    ? ", but for what it answered. The server's output may say more."
    : ": look for it in the server's output.";
  return withoutFrames(new Error(`${what} The framework kept the error that led to it to itself${rest}`));
}
