/**
 * The limit that everything is held against: a bare worker thread, and what ends it.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

export const server = (name) => fileURLToPath(new URL(`../servers/${name}`, import.meta.url));

/** Starts a worker and waits for its first message: the port, as a rule. */
export async function startWorker(name, options) {
  const worker = new Worker(server(name), options);
  const [port] = await once(worker, 'message');
  return { worker, port };
}
