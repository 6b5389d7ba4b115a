/**
 * Says of a start that failed that its class is in the very script that is being run. Test side.
 */
import { realpathSync } from 'node:fs';
import { ModuleLoadError, ServerCrashedError, UsageError, type StartPhase } from '../../errors/errors';

export interface FailedStart {
  readonly name: string;
  readonly phase: StartPhase;
  /** The controller's module. */
  readonly file: string;
}

/**
 * A script that runs what it defines is run once more beside its server, and fails there over what it asks for. A script that looks whether
 * it is the main one does no such thing, so this is no reason to refuse it before.
 */
export function explainMainScript(error: unknown, { name, phase, file }: FailedStart): unknown {
  const isOfRunning =
    error instanceof UsageError || (phase === 'load' && (error instanceof ModuleLoadError || error instanceof ServerCrashedError));
  if (!isOfRunning || !isMainScript(file)) return error;
  return new ModuleLoadError(
    `${name} is defined in ${file}, the script that is being run: to load it beside the server runs the whole script there, a second time. ` +
      `Move the class to a module of its own and export it.`,
    { cause: error },
  );
}

function isMainScript(file: string): boolean {
  const [, main] = process.argv;
  return main !== undefined && withoutExtension(file) === withoutExtension(main);
}

/** Node lets the extension of a main script be left out. */
function withoutExtension(file: string): string {
  return realPath(file).replace(/\.[cm]?[jt]sx?$/, '');
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
