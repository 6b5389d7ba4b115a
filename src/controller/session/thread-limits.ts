/**
 * Says of a start that failed that it was a worker thread which could not do what the server asked for. Test side; pure.
 */
import { addToStack } from '../report/last-output';

/** Adds a remedy to the stack of an error that came up in a thread and could not in a process. Its message stays as it is. */
export function tellThreadLimit(error: unknown, name: string): void {
  if (!(error instanceof Error) || !isOfThreads(error)) return;
  const remedy = 'Run it in a process of its own, by the option `loop: new ProcessLoop()`.';
  addToStack(error, `\n\n${name} runs in a worker thread, which cannot do that. ${remedy}`);
}

function isOfThreads(error: Error): boolean {
  const { code } = error as { code?: unknown };
  // Node also gives the second code where a file is missing or made for another Node; it says this where an addon registers itself once a process.
  return code === 'ERR_WORKER_UNSUPPORTED_OPERATION' || (code === 'ERR_DLOPEN_FAILED' && error.message.includes('did not self-register'));
}
