/**
 * Keeps the host's code as a first thread has compiled it, for the threads after it. Test side, or the environment's realm.
 */
import type { Worker } from 'node:worker_threads';
import type { CompiledHost } from '../protocol/channels';

const CODE = Symbol.for('jest-controller.host-code');

/** One a process where that can be, by the host's file, since several copies of this package may be at work. */
function kept(): Map<string, Uint8Array> {
  const holder = process as unknown as { [CODE]?: Map<string, Uint8Array> };
  return (holder[CODE] ??= new Map());
}

/** The compiled code of the host that this entry runs; undefined until a thread has given it. */
export function codeCacheOf(entry: string): Uint8Array | undefined {
  return kept().get(entry);
}

/** Takes the code that the thread gives, if it does. Call it before `unref`, which a later listener would undo. */
export function keepCodeOf(worker: Worker, entry: string): void {
  const take = (message: unknown): void => {
    if (!isCompiledHost(message)) return;
    kept().set(entry, message.compiledHost);
    worker.removeListener('message', take);
  };
  worker.on('message', take);
}

function isCompiledHost(message: unknown): message is CompiledHost {
  return typeof message === 'object' && message !== null && ArrayBuffer.isView((message as Partial<CompiledHost>).compiledHost);
}
