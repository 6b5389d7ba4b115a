/**
 * The files that a shared server was made of, and whether they are still what they were. The holder's process.
 */
import { statSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { LoaderRequest } from '../../protocol/loader';

export class LoadedFiles {
  readonly #stamps = new Map<string, string>();

  add(file: string): void {
    if (!this.#stamps.has(file)) this.#stamps.set(file, stampOf(file));
  }

  /** Notes what the host's loader asks for: every file that goes through a transform. */
  listen(port: MessagePort): void {
    port.on('message', (request: LoaderRequest) => {
      if (request.type === 'connect') this.listen(request.port);
      else if (request.type === 'transform') this.add(request.file);
    });
    port.unref();
  }

  get changed(): boolean {
    return [...this.#stamps].some(([file, stamp]) => stampOf(file) !== stamp);
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'gone' : `${found.mtimeMs.toString()} ${found.size.toString()}`;
}
