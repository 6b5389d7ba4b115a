/**
 * The modules of the Jest that runs this project, whichever copy and version that is. Jest's outer realm.
 *
 * This package need not see them itself (under strict package managers it does not), but the project's runner always does.
 */
import type * as JestTransform from '@jest/transform';
import type { Config } from '@jest/types';
import { createRequire } from 'node:module';

/** The project's `@jest/transform`. */
export function requireTransform(config: Config.ProjectConfig): typeof JestTransform {
  return requireFromJest('@jest/transform', config) as typeof JestTransform;
}

/** The class that runs test files; untyped, as only parts that are looked for are used. */
export function requireRuntime(config: Config.ProjectConfig): unknown {
  const module = (config.runtime === undefined ? requireFromJest('jest-runtime', config) : require(config.runtime)) as {
    default?: unknown;
  };
  return module.default ?? module;
}

function requireFromJest(name: string, config: Config.ProjectConfig): unknown {
  // A runner of the project's own need not depend on either; then Jest's default runner, or this package's peers, do.
  const origins = [config.runner, config.testRunner, process.argv[1], __filename];
  let failure: unknown;
  for (const origin of origins) {
    if (origin === undefined) continue;
    try {
      return createRequire(origin)(name) as unknown;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}
