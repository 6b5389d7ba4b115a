/**
 * What is said of TypeScript that nothing compiles. Server side; loaded when there is some.
 */
import * as path from 'node:path';
import { ModuleLoadError } from '../../errors/errors';

const IN_JEST =
  "In Jest's test files: set `testEnvironment: 'jest-controller/environment'`, which uses the project's own transform, " +
  "unless a `@jest-environment` in the file's docblock names another. " +
  "A `globalSetup` has none: a server for the whole run is `useController(…, { scope: 'run' })` in the files that need it.";

/** What loads a file from which Node cannot simply take the types out. */
export const MORE_THAN_TYPES =
  `Node ${process.version} takes types out of TypeScript, and compiles nothing. Without a transform of Jest: install \`tsx\` in the project.\n` +
  IN_JEST;

/** There is TypeScript and nothing that loads it. */
export function noLoader(file: string): ModuleLoadError {
  const cause = Object.assign(new TypeError(`Unknown file extension "${path.extname(file)}" for ${file}`), {
    code: 'ERR_UNKNOWN_FILE_EXTENSION',
  });
  cause.stack = `TypeError: ${cause.message}`;
  const error = new ModuleLoadError(
    `Cannot load ${file}: nothing here compiles TypeScript (Node ${process.version}).\n` +
      'Without a transform of Jest: install `tsx` in the project, or run a Node that strips types itself (22.18, 23.6 or later; ' +
      `22.6 or later with --experimental-strip-types).\n${IN_JEST}`,
    { cause },
  );
  // Where this package noticed it says nothing; the file is what the reader wants to see.
  error.stack = `${error.name}: ${error.message}\n    at ${file}:1:1`;
  return error;
}
