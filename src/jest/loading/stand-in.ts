/**
 * A thread that answers a host's module loader while Jest's own thread is blocked. Started by a host; loads Jest's transformer anew.
 *
 * It is slow to have, up to seconds with a type-checking transform, and needed only by a server that loads a file for the first time
 * while the test that waits for it blocks its thread.
 */
import { workerData, type MessagePort } from 'node:worker_threads';
import { createLoaderService } from './service';
import type { JestConfigs } from './settings';

interface StandInData {
  readonly config: string;
  readonly port: MessagePort;
  readonly wake: Int32Array;
}

async function main({ config, port, wake }: StandInData): Promise<void> {
  const service = await createLoaderService(JSON.parse(config) as JestConfigs);
  service.serve(port, wake);
  // The thread lives as long as its host.
  port.ref();
}

void main(workerData as StandInData);
