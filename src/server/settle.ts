/**
 * Waits for what other people's code does: an event, a callback, a promise, or a deadline. Server side.
 */
import type { Socket as DatagramSocket } from 'node:dgram';
import type { Server } from 'node:net';
import { after, soon } from '../time/clock';
import { isThenable, member, takesNothing } from './members';

/**
 * Whether `work` was over before `ms` had passed. `work` must not reject. On a loop that was busy until then, timers come before what has
 * happened meanwhile, so that gets its turn first.
 */
export function isOverWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = (): void => {
      resolve(false);
    };
    // The second turn is for the `close` events of the first.
    const cancel = after(ms, () => soon(() => soon(giveUp)));
    void work.then(() => {
      cancel();
      resolve(true);
    });
  });
}

type Done = (error?: unknown) => void;

/** Calls `begin` with a Node-style callback, and waits for that or for the promise that it may return: the first of them counts. */
export function called(begin: (done: Done) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const done: Done = (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error as Error);
    };
    const returned = begin(done);
    if (!isThenable(returned)) return;
    returned.then(() => {
      done();
    }, reject);
  });
}

/**
 * Runs `begin` and waits for `listening` of any of `emitters`; an `error` of any of them rejects. Listeners come first in line, for one
 * of the server's own may throw, and they are taken off again.
 */
export function untilListening(emitters: readonly NodeJS.EventEmitter[], begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      for (const emitter of emitters) emitter.removeListener('listening', onListening).removeListener('error', onError);
    };
    const onListening = (): void => {
      stop();
      resolve();
    };
    const onError = (error: unknown): void => {
      // In the next turn, for one emitter may pass the error on to another, where nobody else hears it.
      soon(stop);
      reject(error as Error);
    };
    for (const emitter of emitters) emitter.prependListener('error', onError).on('listening', onListening);
    try {
      begin();
    } catch (error) {
      onError(error);
    }
  });
}

/**
 * Closes one of Node's servers, if it listens. A close that the application has put in the place of Node's may take no callback, and give a promise,
 * or nothing: then the server's own event tells.
 */
export function closeNodeServer(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return called((done) => {
    const close = member(server, 'close');
    const returned: unknown = server.close(done);
    if (takesNothing(close) && !isThenable(returned)) {
      server.once('close', () => {
        done();
      });
    }
    return member(close, 'length') === 0 ? returned : undefined;
  });
}

/** Closes a datagram socket. */
export function closeDatagram(socket: DatagramSocket): Promise<void> {
  return called((done) => {
    socket.close(() => {
      done();
    });
  });
}

/** What a close answers that has nothing to close any more. */
const CLOSED_ALREADY: ReadonlySet<unknown> = new Set(['ERR_SERVER_NOT_RUNNING', 'ERR_SOCKET_DGRAM_NOT_RUNNING']);

/**
 * ws: "The server is not running". oauth2-mock-server: "Server is not started." Elysia: "Elysia isn't running", also where it is an adapter that has made
 * it listen. node-redis: "The client is closed".
 */
const NOT_RUNNING =
  /^(?:(?:The )?\w*server (?:is )?not|Elysia isn't) (?:running|started|listening)\b|^(?:The )?\w+ (?:is(?: already)?|already) (?:closed|stopped)\.?$/i;

/** Whether `error` only says that the server had been closed before, e.g. by another part of its bundle or by the user's hook. */
export function isClosedAlready(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return CLOSED_ALREADY.has((error as NodeJS.ErrnoException).code) || NOT_RUNNING.test(error.message);
}
