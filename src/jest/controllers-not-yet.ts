/**
 * What stands at the global `controllers` until the environment is set up. Jest's realm.
 *
 * Jest runs `setupFiles` before that, and jest-environment-node makes a global of each of its options: such a file would take what is
 * configured for what runs, and find no `port` in it.
 */
import { UsageError } from '../errors/errors';

/** An empty object that refuses to give any of the controllers that are `configured`, the value of `testEnvironmentOptions.controllers`. */
export function controllersNotYet(configured: object): object {
  return new Proxy(
    {},
    {
      get(none, name) {
        // Jest marks what it must not delete with a symbol.
        if (typeof name === 'string' && Object.hasOwn(configured, name)) throw tooEarly(name);
        return Reflect.get(none, name) as unknown;
      },
    },
  );
}

function tooEarly(name: string): UsageError {
  return new UsageError(
    `\`controllers.${name}\` was read before it was started: Jest runs \`setupFiles\` before it sets up the environment. ` +
      'Move this to a file of `setupFilesAfterEnv`, or to a test file.',
  );
}
