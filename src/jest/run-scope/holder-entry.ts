/**
 * The script of the process that holds a server for a whole Jest run: whoever of the run comes to its socket may use it, and it ends
 * when the run does. A process of its own, started by a relay.
 */
import { createServer, type Server } from 'node:net';
import * as path from 'node:path';
import { encodeFrame } from '../../protocol/frames';
import { after } from '../../time/clock';
import { GREETING_CHANNEL, type GreetingAnswer, type HolderTask } from './greeting';
import { Guest } from './guest';
import { isAlive } from './jest-run';
import { leaveFolder, openFolder, sweepFolders } from './meeting-place';
import { SharedServer } from './shared-server';

/** How often the run is looked for, in milliseconds: its workers come and go, and its main process has no line to here. */
const INTERVAL = 200;

const { run, place } = JSON.parse(process.argv[2] ?? '') as HolderTask;
const shared = new SharedServer();
let guests = 0;

const door = createServer((socket) => {
  guests += 1;
  socket.write(encodeFrame({ channel: GREETING_CHANNEL, message: { pid: process.pid } satisfies GreetingAnswer }));
  new Guest(guests, socket, shared);
});
listen(door);

function listen(server: Server): void {
  server.once('error', (error: NodeJS.ErrnoException) => {
    // Another one was first, and serves.
    if (error.code === 'EADDRINUSE') process.exit(0);
    throw error;
  });
  if (place.folder !== null) {
    openFolder(place.folder);
    sweepFolders(path.dirname(place.folder));
  }
  server.listen(place.socket, watchRun);
}

function watchRun(): void {
  if (!isAlive(run)) end();
  else after(INTERVAL, watchRun);
}

let ending = false;

function end(): void {
  if (ending) return;
  ending = true;
  shared.stop(() => {
    door.close();
    if (place.folder !== null) leaveFolder(place.folder);
    process.exit(0);
  });
}

// Jest's own end is what ends this process; a signal for its group comes here only by name.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
// Who started this process may be gone when it has something to complain of.
process.stderr.on('error', () => undefined);
