/**
 * The script of a worker thread: runs the host, from code that an earlier thread has compiled where there is such. Server side.
 *
 * Compiling the host takes longer than all that it does at a start, so the first thread of a process hands its compiled code to the
 * others. V8 refuses code of another version or other flags by itself, and compiles then. (Figures: docs/performance.md.)
 * Its extension spares Node the search for the package.json that tells what a `.js` file is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { CompiledHostMessage, ThreadData } from '../protocol/channels';
import type { runThread } from './hosts';

if (isMainThread) (require('./forked.js') as typeof import('./forked')).refuseFork();
const { compiled, ...data } = workerData as ThreadData;

// The build writes it as a function, and in ASCII, which is read in half the time.
const filename = join(__dirname, 'hosts.js');
const text = compiled === undefined ? readFileSync(filename, 'latin1') : Buffer.from(compiled.text.buffer).toString('latin1');
const script = new Script(text, { filename, cachedData: compiled?.code });
const evaluate = script.runInThisContext() as (exports: object, require: NodeJS.Require, dirname: string) => void;
const hosts = {} as { runThread: typeof runThread };
// Where a load hook gave this file's text, its own `require` knows no registry.
evaluate(
  hosts,
  Object.hasOwn(require, 'cache') ? require : (require('node:module') as typeof import('node:module')).createRequire(__filename),
  __dirname,
);

hosts.runThread(data, () => {
  if (compiled !== undefined && script.cachedDataRejected !== true) return;
  const compiledHost = { code: script.createCachedData(), text: Buffer.from(text, 'latin1') };
  parentPort?.postMessage({ compiledHost } satisfies CompiledHostMessage);
});
