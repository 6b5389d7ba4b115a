/**
 * Resolves the option `mocks` to files. Test side.
 */
import { createRequire, isBuiltin } from 'node:module';
import * as path from 'node:path';
import { ModuleLoadError } from '../../errors/errors';
import { runningTest } from './running-test';
import { surroundings } from '../surroundings';

/**
 * Target → replacement, both absolute files, or a core module's bare name as target; a package is each of the files that it gives to its
 * importers. Relative to the test file, without one to the working directory.
 * @throws {ModuleLoadError} naming what is not there
 */
export function resolveMocks(mocks: Readonly<Record<string, string>>): Record<string, string> {
  const around = surroundings();
  const from = around?.testPath ?? runningTest().testPath ?? path.join(process.cwd(), 'jest-controller-mocks.js');
  const resolve = (specifier: string): string[] => around?.resolveEach(specifier, from) ?? [createRequire(from).resolve(specifier)];
  const find = (specifier: string, role: string): string[] => {
    if (isBuiltin(specifier)) return [specifier.replace(/^node:/, '')];
    try {
      return resolve(specifier);
    } catch (cause) {
      throw new ModuleLoadError(`The ${role} '${specifier}' of the option \`mocks\` was not found from ${from}. ${remedy(specifier)}`, {
        cause,
      });
    }
  };
  return Object.fromEntries(
    Object.entries(mocks).flatMap(([target, written]) => {
      const files = find(target, 'module');
      const [replacement = written] = find(written, 'replacement');
      return files.map((file) => [file, replacement]);
    }),
  );
}

/** A compiler may know aliases, and replace them in imports. What stands in an option it leaves as it is. */
function remedy(specifier: string): string {
  const asImported = 'Write it as an import in that file would';
  if (/^\.{1,2}[\\/]/.test(specifier) || path.isAbsolute(specifier)) return `${asImported}.`;
  return `${asImported}, or by its path if it is an alias that only a transform knows, such as one of babel-plugin-module-resolver.`;
}
