/**
 * The script of a child process: joins the host to channels that a helper thread carries over the pipe. Server side.
 *
 * The helper is there for when this thread is busy or blocked: in a module loader that waits for an answer, or in an endless loop of the
 * server's while the test side has died.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { Script } from 'node:vm';
import { MessageChannel, Worker } from 'node:worker_threads';
import { WAKE_WORDS } from '../protocol/channels';
import { refuseFork } from './forked';
import type { runProcess } from './hosts';
import type { PipeData } from './process-pipe';

/** Milliseconds that the last messages get to be written, in slices: for however long the machine stands still, one of them has passed. */
const LAST_WORDS = 2000;
const SLICE = 100;

// Who starts a server gives it a pipe, and no channel of Node's own.
if (process.send !== undefined) refuseFork();

const control = new MessageChannel();
const loader = new MessageChannel();
const wake = new Int32Array(new SharedArrayBuffer(WAKE_WORDS * Int32Array.BYTES_PER_ELEMENT));
const written = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

const helper = new Worker(path.join(__dirname, 'process-pipe.js'), {
  workerData: { control: control.port2, loader: loader.port2, wake, written } satisfies PipeData,
  transferList: [control.port2, loader.port2],
  // Nothing of the user's runs in it.
  execArgv: [],
  env: {},
});
helper.unref();

// Before the host puts its own in front: what it says last must be in the pipe when the process ends, and with it the helper.
const ending = process as unknown as { reallyExit: (code?: number) => never };
const exit = ending.reallyExit.bind(process);
ending.reallyExit = (code) => {
  helper.postMessage('flush');
  for (let waited = 0; waited < LAST_WORDS; waited += SLICE) if (Atomics.wait(written, 0, 0, SLICE) !== 'timed-out') break;
  return exit(code);
};

// The build writes it as a function, and in ASCII, as thread-entry takes it.
const filename = path.join(__dirname, 'hosts.js');
const script = new Script(readFileSync(filename, 'latin1'), { filename });
const evaluate = script.runInThisContext() as (exports: object, require: NodeJS.Require, dirname: string) => void;
const hosts = {} as { runProcess: typeof runProcess };
// Where a load hook gave this file's text, its own `require` knows no registry.
evaluate(hosts, Object.hasOwn(require, 'cache') ? require : createRequire(__filename), __dirname);

hosts.runProcess({ control: control.port1, loader: loader.port1, wake });
