/**
 * A thread that answers a host's module loader while Jest's own thread is blocked. Started by a host; loads Jest's transformer anew.
 *
 * It is slow to have, up to seconds with a type-checking transform, and needed only by a server that loads a file for the first time
 * while the test that waits for it blocks its thread.
 */
import { writeSync } from 'node:fs';
import { workerData, type MessagePort } from 'node:worker_threads';
import { createLoaderService } from './service';
import { readConfigs } from './settings';

interface StandInData {
  readonly config: Uint8Array;
  readonly port: MessagePort;
  readonly wake: Int32Array;
}

async function main({ config, port, wake }: StandInData): Promise<void> {
  const service = await createLoaderService(readConfigs(config));
  service.serve(port, wake);
  // The thread lives as long as its host.
  port.ref();
}

type Done = (error?: Error | null) => void;

/**
 * Has what a transform prints go where it goes from Jest's own thread. By itself it would reach the thread that started this one, as output
 * of the server there.
 */
function printAsProcess(stream: NodeJS.WriteStream, descriptor: number): void {
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) => {
    const given = typeof encoding === 'string' ? encoding : undefined;
    try {
      writeSync(descriptor, typeof chunk === 'string' ? Buffer.from(chunk, given) : chunk);
    } catch {
      // Its reader is gone, or too slow. There is nobody to tell.
    }
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
}

printAsProcess(process.stdout, 1);
printAsProcess(process.stderr, 2);
main(workerData as StandInData).catch((error: unknown) => {
  // Nobody else may hear of it: who waits for this thread does so until the test goes on, which may wait for that very server.
  const detail = error instanceof Error ? error.stack : error;
  console.error(
    `jest-controller: a server has a module to compile while the test blocks its thread, and the project's transforms could not be loaded in ` +
      `another one. The server waits until the test goes on. Have the transforms load in worker threads, too, or let the test wait without ` +
      `blocking.\n${String(detail)}`,
  );
});
